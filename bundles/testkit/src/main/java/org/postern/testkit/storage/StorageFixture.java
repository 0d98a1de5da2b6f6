package org.postern.testkit.storage;

import java.io.IOException;
import java.util.Optional;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;

/**
 * One account's files, behind the back of the storage under test. To begin with there is neither a
 * mailbox file nor a Maildir, but what they are in exists.
 */
public interface StorageFixture extends AutoCloseable {

    /** Where a file can be. */
    sealed interface Place {
        /** The mailbox file's place. */
        record Mailbox() implements Place {}

        /** A file's place in the Maildir. */
        record Message(MailEntry entry) implements Place {}
    }

    /** What must not be opened as mail. */
    enum Intruder {
        /** A symbolic link to a file that would be right. */
        LINK,
        /** A symbolic link to nothing. */
        DANGLING_LINK,
        FIFO,
        DIRECTORY,
        SOCKET,
        /** A file that would be right but has a second name elsewhere. */
        SECOND_NAME,
        /**
         * A file that would be right but belongs to another user. May be made by making all files
         * the storage sees from then on foreign.
         */
        FOREIGN
    }

    /** Opens a new storage of {@code mbox} or {@code maildir} on these files. */
    MailStorage open(String format) throws StorageException;

    /** Makes the Maildir with its directories, all empty. */
    void makeMaildir() throws IOException;

    /** Removes a directory of the Maildir with all that is in it. */
    void removeDirectory(MailDirectory directory) throws IOException;

    /** Puts a new file there, in place of whatever is there. */
    void write(Place place, byte[] content) throws IOException;

    /** Puts an intruder there, where nothing is. */
    void write(Place place, Intruder intruder) throws IOException;

    /** What a regular file there holds; empty if there is none. A link is not followed. */
    Optional<byte[]> content(Place place) throws IOException;

    /** Lets the clock that stamps files go on, where it does not by itself. */
    default void tick() {}

    /** Takes away what is there. */
    void remove(Place place) throws IOException;

    /** Takes everything away. */
    @Override
    void close() throws IOException;
}
