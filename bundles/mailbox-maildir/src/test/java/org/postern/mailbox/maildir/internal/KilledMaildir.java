package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.posix.NativePosix;
import org.postern.storage.local.internal.LocalMailStorageProvider;
import org.postern.testkit.kill.KilledFormat;
import org.postern.testkit.kill.MailOnDisk;
import org.postern.testkit.kill.MaildirOnDisk;
import org.postern.testkit.kill.VictimProgram;

/** A Maildir of real files for processes that are killed. */
final class KilledMaildir implements KilledFormat {
    private final Posix posix;

    KilledMaildir(Path scratch) throws IOException {
        this.posix = NativePosix.open(scratch.resolve("native"));
    }

    /** The program that is killed. */
    public static void main(String[] arguments) throws IOException {
        Path scratch = Path.of(arguments[0]);
        VictimProgram.serve(new KilledMaildir(scratch), scratch);
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
        return new LocalMailStorageProvider(posix)
                .open(new MailLocation("maildir", directory.toString(), MaildirOnDisk.NAME));
    }

    @Override
    public boolean isUnfinished(Path directory) {
        return false;
    }
}
