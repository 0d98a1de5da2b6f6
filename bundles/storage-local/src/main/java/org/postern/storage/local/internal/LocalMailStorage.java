package org.postern.storage.local.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.NamePage;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException;
import org.postern.api.storage.StorageException.Kind;

/**
 * One account's files. The directories stay open for as long as the storage does, so that all of a
 * session's calls are about the same ones, wherever their names lead by then.
 */
final class LocalMailStorage implements MailStorage {
    static final String MBOX = "mbox";
    static final String MAILDIR = "maildir";

    private static final String THE_MAILBOX = "the mailbox";
    private static final String A_MESSAGE = "a message file";
    private static final int PERMISSIONS = 0600;

    private final String format;
    // Of the mailbox file's directory, or of the Maildir.
    private final MailPath path;
    private final AccountFiles files;
    // Of the mbox; empty for a Maildir.
    private final Optional<FileName> mailbox;
    private final Map<MailDirectory, DirectoryHandle> directories =
            new EnumMap<>(MailDirectory.class);
    private boolean closed;

    private LocalMailStorage(
            String format, MailPath path, AccountFiles files, Optional<FileName> mailbox) {
        this.format = format;
        this.path = path;
        this.files = files;
        this.mailbox = mailbox;
    }

    /** Takes over the path to the directory that holds the mailbox file. */
    static LocalMailStorage mbox(MailPath path, AccountFiles files, FileName mailbox) {
        return new LocalMailStorage(MBOX, path, files, Optional.of(mailbox));
    }

    /** Takes over the path to the Maildir. */
    static LocalMailStorage maildir(MailPath path, AccountFiles files) {
        return new LocalMailStorage(MAILDIR, path, files, Optional.empty());
    }

    @Override
    public String format() {
        return format;
    }

    @Override
    public Optional<FileHandle> openMailbox() throws StorageException {
        FileName name = requireMailbox();
        try {
            return Optional.of(files.open(path.directory(), name, OpenMode.READ, THE_MAILBOX));
        } catch (StorageException failed) {
            if (failed.kind() == Kind.MISSING) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    @Override
    public FileHandle openForUpdate(FileStatus expected) throws StorageException {
        FileName name = requireMailbox();
        FileHandle handle = files.open(path.directory(), name, OpenMode.READ_WRITE, THE_MAILBOX);
        boolean accepted = false;
        try {
            if (!handle.status().isSameFile(expected)) {
                throw new StorageException(Kind.CHANGED, "the mailbox is another file than before");
            }
            accepted = true;
            return handle;
        } catch (PosixException failed) {
            throw Failures.of(THE_MAILBOX, failed);
        } finally {
            if (!accepted) {
                handle.close();
            }
        }
    }

    @Override
    public void createMailbox() throws StorageException {
        FileName name = requireMailbox();
        DirectoryHandle directory = path.directory();
        try {
            directory.create(name, PERMISSIONS).close();
            directory.sync();
        } catch (PosixException failed) {
            throw Failures.of(THE_MAILBOX, failed);
        }
    }

    @Override
    public EntryPage list(MailDirectory directory, long position) throws StorageException {
        DirectoryHandle handle = directory(directory);
        try {
            NamePage page = handle.list(position);
            List<EntryPage.Listed> entries = new ArrayList<>(page.names().size());
            for (FileName name : page.names()) {
                status(handle, name)
                        .ifPresent(status -> entries.add(new EntryPage.Listed(name, status)));
            }
            return new EntryPage(entries, page.next());
        } catch (PosixException failed) {
            throw Failures.of(subject(directory), failed);
        }
    }

    private static Optional<FileStatus> status(DirectoryHandle directory, FileName name)
            throws PosixException {
        try {
            return Optional.of(directory.status(name));
        } catch (PosixException failed) {
            if (failed.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    @Override
    public Optional<FileStatus> status(MailDirectory directory) throws StorageException {
        DirectoryHandle handle = directory(directory);
        try {
            return Optional.of(handle.status());
        } catch (PosixException failed) {
            throw Failures.of(subject(directory), failed);
        }
    }

    @Override
    public List<Opened> open(List<MailEntry> entries) throws StorageException {
        requireMaildirBatch(entries);
        List<Opened> results = new ArrayList<>(entries.size());
        for (MailEntry entry : entries) {
            try {
                DirectoryHandle directory = directory(entry.directory());
                results.add(files.checked(directory, entry.name(), OpenMode.READ, A_MESSAGE));
            } catch (StorageException failed) {
                results.add(new Opened.Failed(failed.kind()));
            }
        }
        return List.copyOf(results);
    }

    @Override
    public List<EntryResult> rename(List<Renaming> renamings) throws StorageException {
        requireMaildirBatch(renamings);
        List<EntryResult> results = new ArrayList<>(renamings.size());
        for (Renaming renaming : renamings) {
            MailEntry from = renaming.from();
            MailEntry to = renaming.to();
            results.add(
                    done(
                            () ->
                                    directory(from.directory())
                                            .rename(
                                                    from.name(),
                                                    directory(to.directory()),
                                                    to.name())));
        }
        return List.copyOf(results);
    }

    @Override
    public List<EntryResult> unlink(List<MailEntry> entries) throws StorageException {
        requireMaildirBatch(entries);
        List<EntryResult> results = new ArrayList<>(entries.size());
        for (MailEntry entry : entries) {
            results.add(done(() -> directory(entry.directory()).unlink(entry.name())));
        }
        return List.copyOf(results);
    }

    private interface Change {
        void make() throws StorageException, PosixException;
    }

    private static EntryResult done(Change change) {
        try {
            change.make();
            return EntryResult.DONE;
        } catch (StorageException failed) {
            return Failures.result(failed.kind());
        } catch (PosixException failed) {
            return Failures.result(Failures.kind(failed.errno()));
        }
    }

    @Override
    public FileHandle create(MailEntry entry) throws StorageException {
        DirectoryHandle directory = directory(entry.directory());
        try {
            return directory.create(entry.name(), PERMISSIONS);
        } catch (PosixException failed) {
            throw Failures.of(A_MESSAGE, failed);
        }
    }

    @Override
    public void sync(MailDirectory directory) throws StorageException {
        DirectoryHandle handle = directory(directory);
        try {
            handle.sync();
        } catch (PosixException failed) {
            throw Failures.of(subject(directory), failed);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            directories.values().forEach(DirectoryHandle::close);
            path.close();
        }
    }

    private FileName requireMailbox() throws StorageException {
        requireOpen();
        return mailbox.orElseThrow(
                () -> new StorageException(Kind.NOT_PERMITTED, "this storage is a Maildir"));
    }

    private void requireMaildirBatch(List<?> batch) throws StorageException {
        if (batch.size() > MAX_BATCH) {
            throw new IllegalArgumentException("a batch has " + MAX_BATCH + " entries at most");
        }
        requireMaildir();
    }

    private void requireMaildir() throws StorageException {
        requireOpen();
        if (mailbox.isPresent()) {
            throw new StorageException(Kind.NOT_PERMITTED, "this storage is an mbox");
        }
    }

    private void requireOpen() throws StorageException {
        if (closed) {
            throw new StorageException(Kind.UNAVAILABLE, "the storage is closed");
        }
    }

    private DirectoryHandle directory(MailDirectory which) throws StorageException {
        requireMaildir();
        if (which == MailDirectory.ROOT) {
            return path.directory();
        }
        DirectoryHandle open = directories.get(which);
        if (open == null) {
            FileName name = FileName.of(which.name().toLowerCase(Locale.ROOT));
            open = Failures.openDirectory(path.directory(), name, subject(which));
            directories.put(which, open);
        }
        return open;
    }

    private static String subject(MailDirectory which) {
        return which == MailDirectory.ROOT
                ? "the Maildir"
                : "the Maildir's " + which.name().toLowerCase(Locale.ROOT);
    }
}
