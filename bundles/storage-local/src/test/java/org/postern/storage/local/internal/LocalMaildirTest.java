package org.postern.storage.local.internal;

import java.io.IOException;
import org.postern.testkit.storage.MaildirStorageContract;
import org.postern.testkit.storage.StorageFixture;

final class LocalMaildirTest extends MaildirStorageContract {
    @Override
    public StorageFixture fixture() throws IOException {
        return new LocalFiles();
    }
}
