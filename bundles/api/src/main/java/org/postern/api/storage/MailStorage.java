package org.postern.api.storage;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;

/**
 * One account's mail files. A storage holds either one mailbox file or one Maildir, as {@link
 * #format} says; calls for the other kind throw {@link StorageException} of kind NOT_PERMITTED.
 *
 * <p>Every file given out has been checked on its descriptor: regular, owned by the account, one
 * hard link. Batches take up to {@link #MAX_BATCH} entries and answer in the same order, one result
 * each; one entry's failure stops none of the others.
 */
@ConsumerType
public interface MailStorage extends AutoCloseable {
    /** Entries in one batch: as many descriptors as fit one message of the helper's socket. */
    int MAX_BATCH = 32;

    /** The mailbox format's name that these files are in: {@code mbox} or {@code maildir}. */
    String format();

    /**
     * Whose files these are, in the words of who has checked the login; empty where the kernel
     * itself says what the files are. What is known of them is for the same account alone: another
     * process may have said whatever it likes of a file.
     */
    default String account() {
        return "";
    }

    /** Opens the mailbox file for reading, or empty if there is none. */
    Optional<FileHandle> openMailbox() throws StorageException;

    /**
     * Opens the mailbox file for the one update of a session, for reading and writing, after all
     * checks again. A storage may have been made for one session, as those over the helper are: it
     * gives the file out once, and throws NOT_PERMITTED after that. A call that threw does not
     * count.
     *
     * @param expected the file that it must still be; CHANGED if device or inode differ
     */
    FileHandle openForUpdate(FileStatus expected) throws StorageException;

    /** Creates an empty mailbox file, mode 0600; EXISTS if there is one. For deliveries only. */
    void createMailbox() throws StorageException;

    /**
     * Lists a directory of the Maildir, a page at a time.
     *
     * @param position 0, or {@link EntryPage#next} of the page before
     * @throws StorageException of kind MISSING if the directory does not exist
     */
    EntryPage list(MailDirectory directory, long position) throws StorageException;

    /**
     * The status of a directory of the Maildir itself, by which it is known whether names have come
     * or gone. It has to be cheap beside listing: storages where it is not say nothing. A storage
     * that is told it by another process sees to it that the owner is the account's.
     *
     * @return empty if this cannot be told
     * @throws StorageException of kind MISSING if the directory does not exist
     */
    default Optional<FileStatus> status(MailDirectory directory) throws StorageException {
        return Optional.empty();
    }

    /** Opens files of the Maildir for reading. */
    List<Opened> open(List<MailEntry> entries) throws StorageException;

    /** Renames files within the Maildir; an existing file is never replaced. */
    List<EntryResult> rename(List<Renaming> renamings) throws StorageException;

    /** Removes files of the Maildir. */
    List<EntryResult> unlink(List<MailEntry> entries) throws StorageException;

    /**
     * Creates a file of the Maildir, mode 0600, for reading and writing; EXISTS if the name is
     * taken.
     */
    FileHandle create(MailEntry entry) throws StorageException;

    /** Brings the renames, creations and unlinks of a directory to stable storage. */
    void sync(MailDirectory directory) throws StorageException;

    /** Ends it; handles given out stay open. More calls do nothing. */
    @Override
    void close();
}
