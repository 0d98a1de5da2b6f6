package org.postern.itests.helper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorage;
import org.postern.mailbox.maildir.internal.MaildirFormat;
import org.postern.posix.NativePosix;
import org.postern.testkit.kill.KilledFormat;
import org.postern.testkit.kill.MailOnDisk;
import org.postern.testkit.kill.MaildirOnDisk;
import org.postern.testkit.kill.VictimProgram;

/** A Maildir that an agent lists, opens and deletes from, for processes that are killed. */
final class KilledServedMaildir implements KilledFormat {
    private final Posix posix;
    private final KilledAccount account;

    KilledServedMaildir(Path scratch) throws IOException {
        this.posix = NativePosix.open(scratch.resolve("native"));
        this.account = new KilledAccount(posix, "kill-maildir");
    }

    /** The program that is killed. */
    public static void main(String[] arguments) throws IOException {
        Path scratch = Path.of(arguments[0]);
        VictimProgram.serve(new KilledServedMaildir(scratch), scratch);
    }

    @Override
    public MailOnDisk mail() {
        return new MaildirOnDisk();
    }

    @Override
    public MailboxFormat format(Path directory, String durability) {
        return new MaildirFormat(posix, Optional.empty(), Map.of("durability", durability));
    }

    @Override
    public MailStorage storage(Path directory) throws IOException {
        return account.storage(directory);
    }

    @Override
    public boolean isUnfinished(Path directory) {
        return false;
    }

    @Override
    public Optional<ProcessHandle> agent(Path directory) throws IOException {
        return account.agent(directory);
    }
}
