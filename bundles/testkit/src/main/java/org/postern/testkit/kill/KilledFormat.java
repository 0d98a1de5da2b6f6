package org.postern.testkit.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.storage.MailStorage;

/**
 * A format on real files. One directory holds one mailbox with everything that the format keeps
 * about it, so that the next process has it as well.
 */
public interface KilledFormat {

    /** The hands of other programs on the mailboxes. */
    MailOnDisk mail();

    /**
     * The format, as its bundle makes it.
     *
     * @param durability {@code power} or {@code process}
     */
    MailboxFormat format(Path directory, String durability) throws IOException;

    /** A session's way to the mailbox. */
    MailStorage storage(Path directory) throws IOException;

    /** Whether something is left that the next session has to end, such as a journal. */
    boolean isUnfinished(Path directory) throws IOException;

    /** Whether there is such a directory, and something in it. */
    static boolean hasFiles(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isPresent();
        }
    }

    /**
     * The process that opens this mailbox' files for the victim, which can be killed in its stead.
     */
    default Optional<ProcessHandle> agent(Path directory) throws IOException {
        return Optional.empty();
    }
}
