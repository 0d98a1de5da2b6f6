package org.postern.itests.helper;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.postern.testkit.storage.MboxStorageContract;
import org.postern.testkit.storage.StorageFixture;

/** The agent's storage of a mailbox file keeps what local storage promises. */
class MboxStorageOverHelper extends MboxStorageContract {
    private static HelperSite site;

    @BeforeAll
    static void openSite() throws IOException {
        site = new HelperSite("mbox");
    }

    @AfterAll
    static void closeSite() {
        site.close();
    }

    @Override
    public StorageFixture fixture() {
        return site.account();
    }
}
