package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.mailbox.MailboxFixture;
import org.postern.testkit.mailbox.MailboxReadingContract;
import org.postern.testkit.mailbox.MailboxSharingContract;
import org.postern.testkit.mailbox.MailboxUpdateContract;

/** The contract on real files; those parts that need faults run in memory alone. */
class LocalMaildirContractTest
        implements MailboxReadingContract, MailboxUpdateContract, MailboxSharingContract {
    @TempDir private static Path directory;
    private static Posix posix;

    @BeforeAll
    static void openPosix() throws IOException {
        posix = NativePosix.open(Files.createDirectory(directory.resolve("data")));
    }

    @Override
    public MailboxFixture mailbox() throws IOException {
        return new LocalMaildir(posix, Files.createTempDirectory(directory, "account"));
    }
}
