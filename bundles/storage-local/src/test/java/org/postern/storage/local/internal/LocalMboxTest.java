package org.postern.storage.local.internal;

import java.io.IOException;
import org.postern.testkit.storage.MboxStorageContract;
import org.postern.testkit.storage.StorageFixture;

final class LocalMboxTest extends MboxStorageContract {
    @Override
    public StorageFixture fixture() throws IOException {
        return new LocalFiles();
    }
}
