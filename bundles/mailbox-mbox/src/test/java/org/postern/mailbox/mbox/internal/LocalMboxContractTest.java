package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.mailbox.MailboxFixture;
import org.postern.testkit.mailbox.MailboxReadingContract;
import org.postern.testkit.mailbox.MailboxSharingContract;
import org.postern.testkit.mailbox.MailboxUpdateContract;

/** All of the contract but the failing calls, which only storage in memory can arrange. */
class LocalMboxContractTest
        implements MailboxReadingContract, MailboxUpdateContract, MailboxSharingContract {
    @TempDir Path temporary;

    @Override
    public MailboxFixture mailbox() throws IOException {
        return new LocalMbox(Files.createTempDirectory(temporary, "mail"));
    }
}
