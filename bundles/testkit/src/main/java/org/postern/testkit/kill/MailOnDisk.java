package org.postern.testkit.kill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The hands of other programs on the one mailbox of a directory: they do not know our formats. */
public interface MailOnDisk {

    /** Makes the mailbox, all of its messages in order. */
    void make(Path directory, Corpus corpus) throws IOException;

    /** Delivers as an agent does, with its locks; waits until it has them. */
    void deliver(Path directory, byte[] message) throws IOException;

    /**
     * All messages in mailbox order.
     *
     * @throws AssertionError if what is there cannot be read as a mailbox
     */
    List<ByteBuffer> messages(Path directory) throws IOException;
}
