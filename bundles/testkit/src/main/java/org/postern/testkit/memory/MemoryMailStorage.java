package org.postern.testkit.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
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
 * One session's way to {@link MemoryFiles}, strict where the contract is: the other format's calls,
 * overlong batches and calls after {@link #close} are refused. Its {@link #faults} are its own, so
 * that one session can fail while another works on the same files.
 */
public final class MemoryMailStorage implements MailStorage {
    private static final String MBOX = "mbox";
    private static final String MAILDIR = "maildir";
    private static final int PAGE_SIZE = 100;

    private final MemoryFiles files;
    private final String format;
    private final Faults faults = new Faults();
    private final HandleCount handles = new HandleCount();
    private int pageSize = PAGE_SIZE;
    private boolean closed;

    private MemoryMailStorage(MemoryFiles files, String format) {
        this.files = files;
        this.format = format;
    }

    /** A storage of one mailbox file. */
    public static MemoryMailStorage mbox(MemoryFiles files) {
        return new MemoryMailStorage(files, MBOX);
    }

    /** A storage of one Maildir. */
    public static MemoryMailStorage maildir(MemoryFiles files) {
        return new MemoryMailStorage(files, MAILDIR);
    }

    /** The files behind it. */
    public MemoryFiles files() {
        return files;
    }

    /** What goes wrong in it. */
    public Faults faults() {
        return faults;
    }

    /** Handles that were given out, or duplicated, and not closed. */
    public int openHandles() {
        return handles.open();
    }

    /** Open handles whose file description holds a lock. */
    public long heldLocks() {
        return handles.locked();
    }

    /** Entries in one page of a listing. */
    public void pageSize(int entries) {
        pageSize = entries;
    }

    @Override
    public String format() {
        return format;
    }

    @Override
    public Optional<FileHandle> openMailbox() throws StorageException {
        Call call = begin(MBOX, Call.of(CallKind.OPEN_MAILBOX));
        Optional<MemoryFile> file = files.mailbox();
        if (file.isPresent()) {
            requireUsable(file.get());
        }
        Optional<FileHandle> handle = file.map(found -> handle(found, Optional.empty(), false));
        faults.end(call);
        return handle;
    }

    @Override
    public FileHandle openForUpdate(FileStatus expected) throws StorageException {
        Call call = begin(MBOX, Call.of(CallKind.OPEN_FOR_UPDATE));
        MemoryFile file =
                files.mailbox()
                        .orElseThrow(() -> new StorageException(Kind.MISSING, "no mailbox file"));
        requireUsable(file);
        if (!file.status().isSameFile(expected)) {
            throw new StorageException(Kind.CHANGED, "the mailbox file is another one now");
        }
        FileHandle handle = handle(file, Optional.empty(), true);
        faults.end(call);
        return handle;
    }

    @Override
    public void createMailbox() throws StorageException {
        Call call = begin(MBOX, Call.of(CallKind.CREATE_MAILBOX));
        if (files.mailbox().isPresent()) {
            throw new StorageException(Kind.EXISTS, "there is a mailbox file");
        }
        files.mailbox(files.newFile(new byte[0]));
        faults.end(call);
    }

    @Override
    public EntryPage list(MailDirectory directory, long position) throws StorageException {
        Call call = begin(MAILDIR, Call.of(CallKind.LIST, directory));
        Map<FileName, MemoryFiles.Link> links = directory(directory);
        List<EntryPage.Listed> page = new ArrayList<>();
        OptionalLong next = OptionalLong.empty();
        long last = position;
        for (Map.Entry<FileName, MemoryFiles.Link> link : links.entrySet()) {
            if (link.getValue().cookie() > position) {
                if (page.size() == pageSize) {
                    next = OptionalLong.of(last);
                    break;
                }
                last = link.getValue().cookie();
                FileStatus status = link.getValue().file().status();
                page.add(new EntryPage.Listed(link.getKey(), status));
            }
        }
        faults.end(call);
        return new EntryPage(page, next);
    }

    @Override
    public Optional<FileStatus> status(MailDirectory directory) throws StorageException {
        Call call = begin(MAILDIR, Call.of(CallKind.STATUS, directory));
        directory(directory);
        faults.end(call);
        return Optional.of(files.status(directory));
    }

    @Override
    public List<Opened> open(List<MailEntry> entries) throws StorageException {
        requireBatch(entries);
        List<Opened> results = new ArrayList<>();
        for (MailEntry entry : entries) {
            try {
                Call call = begin(MAILDIR, Call.of(CallKind.OPEN, entry));
                results.add(openOne(entry));
                faults.end(call);
            } catch (EntryFailure failure) {
                results.add(new Opened.Failed(kind(failure.errno)));
            } catch (StorageException | KilledException whole) {
                results.forEach(MemoryMailStorage::close);
                throw whole;
            }
        }
        return List.copyOf(results);
    }

    private Opened openOne(MailEntry entry) {
        Optional<MemoryFile> file = files.find(entry);
        if (file.isEmpty()) {
            return new Opened.Failed(Kind.MISSING);
        }
        return isUsable(file.get())
                ? new Opened.File(
                        handle(file.get(), Optional.of(entry), false), file.get().status())
                : new Opened.Failed(Kind.NOT_PERMITTED);
    }

    @Override
    public List<EntryResult> rename(List<Renaming> renamings) throws StorageException {
        requireBatch(renamings);
        List<EntryResult> results = new ArrayList<>();
        for (Renaming renaming : renamings) {
            try {
                Call call = begin(MAILDIR, Call.of(CallKind.RENAME, renaming.from()));
                results.add(renameOne(renaming));
                faults.end(call);
            } catch (EntryFailure failure) {
                results.add(result(failure.errno));
            }
        }
        return List.copyOf(results);
    }

    private EntryResult renameOne(Renaming renaming) {
        if (files.find(renaming.from()).isEmpty()
                || files.links(renaming.to().directory()).isEmpty()) {
            return EntryResult.MISSING;
        }
        if (files.find(renaming.to()).isPresent()) {
            return EntryResult.EXISTS;
        }
        files.rename(renaming.from(), renaming.to());
        return EntryResult.DONE;
    }

    @Override
    public List<EntryResult> unlink(List<MailEntry> entries) throws StorageException {
        requireBatch(entries);
        List<EntryResult> results = new ArrayList<>();
        for (MailEntry entry : entries) {
            try {
                Call call = begin(MAILDIR, Call.of(CallKind.UNLINK, entry));
                results.add(unlinkOne(entry));
                faults.end(call);
            } catch (EntryFailure failure) {
                results.add(result(failure.errno));
            }
        }
        return List.copyOf(results);
    }

    private EntryResult unlinkOne(MailEntry entry) {
        Optional<MemoryFile> file = files.find(entry);
        if (file.isEmpty()) {
            return EntryResult.MISSING;
        }
        if (file.get().status().type() == FileType.DIRECTORY) {
            return EntryResult.NOT_PERMITTED;
        }
        files.remove(entry);
        return EntryResult.DONE;
    }

    @Override
    public FileHandle create(MailEntry entry) throws StorageException {
        Call call = begin(MAILDIR, Call.of(CallKind.CREATE, entry));
        directory(entry.directory());
        if (files.find(entry).isPresent()) {
            throw new StorageException(Kind.EXISTS, "the name is taken");
        }
        MemoryFile file = files.put(entry, files.newFile(new byte[0]));
        // Whoever is killed at its end never gets the handle that would have to be closed.
        faults.end(call);
        return handle(file, Optional.of(entry), true);
    }

    @Override
    public void sync(MailDirectory directory) throws StorageException {
        Call call = begin(MAILDIR, Call.of(CallKind.SYNC_DIRECTORY, directory));
        directory(directory);
        files.sync(directory);
        faults.end(call);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** One entry's own failure, which its batch reports and goes on. */
    private static final class EntryFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Errno errno;

        EntryFailure(Errno errno) {
            this.errno = errno;
        }
    }

    private Call begin(String wantedFormat, Call call) throws StorageException {
        if (closed) {
            throw new StorageException(Kind.UNAVAILABLE, "the storage is closed");
        }
        if (!format.equals(wantedFormat)) {
            throw new StorageException(Kind.NOT_PERMITTED, "this storage is " + format);
        }
        Optional<Faults.Failure> failure = faults.begin(call);
        if (failure.isPresent()) {
            fail(call, failure.get());
        }
        return call;
    }

    private static void fail(Call call, Faults.Failure failure) throws StorageException {
        boolean batched =
                switch (call.kind()) {
                    case OPEN, RENAME, UNLINK -> true;
                    default -> false;
                };
        Errno errno = failure.errno().orElse(Errno.EIO);
        if (batched && failure.errno().isPresent()) {
            throw new EntryFailure(errno);
        }
        Kind kind = failure.kind().orElseGet(() -> kind(errno));
        throw new StorageException(kind, call.kind() + " fails because the test wants it");
    }

    private Map<FileName, MemoryFiles.Link> directory(MailDirectory directory)
            throws StorageException {
        return files.links(directory)
                .orElseThrow(() -> new StorageException(Kind.MISSING, "no directory " + directory));
    }

    private MemoryHandle handle(MemoryFile file, Optional<MailEntry> entry, boolean writable) {
        return new MemoryHandle(file, entry, writable, faults, handles);
    }

    private static void close(Opened opened) {
        if (opened instanceof Opened.File file) {
            file.handle().close();
        }
    }

    private static void requireBatch(List<?> entries) {
        if (entries.size() > MAX_BATCH) {
            throw new IllegalArgumentException("a batch has " + MAX_BATCH + " entries at most");
        }
    }

    private static void requireUsable(MemoryFile file) throws StorageException {
        if (!isUsable(file)) {
            throw new StorageException(
                    Kind.NOT_PERMITTED, "not a regular file of the account with one link");
        }
    }

    private static boolean isUsable(MemoryFile file) {
        FileStatus status = file.status();
        return status.type() == FileType.REGULAR
                && status.owner() == MemoryFiles.OWNER
                && status.links() == 1;
    }

    private static Kind kind(Errno errno) {
        return switch (errno) {
            case ENOENT -> Kind.MISSING;
            case EPERM, EACCES, ELOOP, ENXIO, EISDIR, ENOTDIR -> Kind.NOT_PERMITTED;
            case EEXIST -> Kind.EXISTS;
            case ENOSPC, EDQUOT -> Kind.FULL;
            default -> Kind.UNAVAILABLE;
        };
    }

    private static EntryResult result(Errno errno) {
        return switch (kind(errno)) {
            case MISSING -> EntryResult.MISSING;
            case EXISTS -> EntryResult.EXISTS;
            case NOT_PERMITTED -> EntryResult.NOT_PERMITTED;
            default -> EntryResult.FAILED;
        };
    }
}
