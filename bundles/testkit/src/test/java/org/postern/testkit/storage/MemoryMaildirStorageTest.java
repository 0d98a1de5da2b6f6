package org.postern.testkit.storage;

final class MemoryMaildirStorageTest extends MaildirStorageContract {
    @Override
    public StorageFixture fixture() {
        return new InMemory();
    }
}
