package org.postern.testkit.kill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.storage.MailStorage;

/**
 * A format on real files, and the hands of other programs on them. One directory holds one mailbox
 * with everything that the format keeps about it, so that the next process has it as well.
 */
public interface KilledFormat {

    /**
     * The format, as its bundle makes it.
     *
     * @param durability {@code power} or {@code process}
     */
    MailboxFormat format(Path directory, String durability) throws IOException;

    /** A session's way to the mailbox. */
    MailStorage storage(Path directory) throws IOException;

    /** Makes the mailbox, all of its messages in order, without the format. */
    void make(Path directory, Corpus corpus) throws IOException;

    /** Delivers as an agent does, with its locks; waits until it has them. */
    void deliver(Path directory, byte[] message) throws IOException;

    /** All messages in mailbox order, read without the format. */
    List<byte[]> messages(Path directory) throws IOException;

    /** Whether something is left that the next session has to end, such as a journal. */
    boolean isUnfinished(Path directory) throws IOException;
}
