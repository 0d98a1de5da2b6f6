package org.postern.testkit.storage;

final class MemoryMboxStorageTest extends MboxStorageContract {
    @Override
    public StorageFixture fixture() {
        return new InMemory();
    }
}
