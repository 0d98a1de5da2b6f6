package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.nio.file.Files;
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
import org.postern.testkit.kill.MboxOnDisk;
import org.postern.testkit.kill.VictimProgram;

/** An mbox of the file system for processes that are killed; its journals are beside it. */
final class KilledMbox implements KilledFormat {
    private static final String DATA = "data";

    private final Posix posix;

    KilledMbox(Path scratch) throws IOException {
        this.posix = NativePosix.open(scratch.resolve("native"));
    }

    /** The program that is killed. */
    public static void main(String[] arguments) throws IOException {
        Path scratch = Path.of(arguments[0]);
        VictimProgram.serve(new KilledMbox(scratch), scratch);
    }

    @Override
    public MailOnDisk mail() {
        return new MboxOnDisk(posix);
    }

    @Override
    public MailboxFormat format(Path directory, String durability) throws IOException {
        Path data = Files.createDirectories(directory.resolve(DATA));
        return new MboxFormat(posix, Optional.of(data), Map.of("durability", durability));
    }

    @Override
    public MailStorage storage(Path directory) throws IOException {
        return new LocalMailStorageProvider(posix)
                .open(new MailLocation(MboxFormat.FORMAT, directory.toString(), MboxOnDisk.NAME));
    }

    @Override
    public boolean isUnfinished(Path directory) throws IOException {
        return KilledFormat.hasFiles(
                directory.resolve(DATA).resolve(Journals.DIRECTORY.toString()));
    }
}
