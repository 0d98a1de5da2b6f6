package org.postern.itests.helper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorage;
import org.postern.mailbox.mbox.internal.MboxFormat;
import org.postern.posix.NativePosix;
import org.postern.testkit.kill.KilledFormat;
import org.postern.testkit.kill.MailOnDisk;
import org.postern.testkit.kill.MboxOnDisk;
import org.postern.testkit.kill.VictimProgram;

/** An mbox that an agent opens, for processes that are killed; its journals are beside it. */
final class KilledServedMbox implements KilledFormat {
    private final Posix posix;
    private final KilledAccount account;

    KilledServedMbox(Path scratch) throws IOException {
        this.posix = NativePosix.open(scratch.resolve("native"));
        this.account = new KilledAccount(posix, "kill-mbox");
    }

    /** The program that is killed. */
    public static void main(String[] arguments) throws IOException {
        Path scratch = Path.of(arguments[0]);
        VictimProgram.serve(new KilledServedMbox(scratch), scratch);
    }

    @Override
    public MailOnDisk mail() {
        return new MboxOnDisk(posix);
    }

    @Override
    public MailboxFormat format(Path directory, String durability) throws IOException {
        Path data = Files.createDirectories(data(directory));
        return new MboxFormat(posix, Optional.of(data), Map.of("durability", durability));
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    @Override
    public MailStorage storage(Path directory) throws IOException {
        return account.storage(directory);
    }

    @Override
    public boolean isUnfinished(Path directory) throws IOException {
        return KilledFormat.hasFiles(data(directory).resolve("mbox-journal"));
    }

    @Override
    public Optional<ProcessHandle> agent(Path directory) throws IOException {
        return account.agent(directory);
    }
}
