package org.postern.helper.client.internal;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.auth.UserName;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.ReceivedDescriptor;
import org.postern.api.posix.ReceivedMessage;
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
 * A user's mail files, opened by that user's agent. The agent has checked each; it is checked again
 * here on the descriptor, for the agent is not believed either.
 */
final class AgentMailStorage implements MailStorage {
    private static final String THE_MAILBOX = "the mailbox";
    private static final String A_MESSAGE = "a message file";
    private static final String THE_DIRECTORY = "the directory";

    private final AgentConnection agent;
    private final String format;
    private final long owner;
    private final String account;
    private boolean updated;

    /**
     * @param owner the uid whose files they are
     * @param name of the account: several virtual users may have one uid
     */
    AgentMailStorage(AgentConnection agent, String format, long owner, UserName name) {
        this.agent = agent;
        this.format = format;
        this.owner = owner;
        this.account = owner + ":" + HexFormat.of().formatHex(name.octets());
    }

    @Override
    public String format() {
        return format;
    }

    @Override
    public String account() {
        return account;
    }

    @Override
    public Optional<FileHandle> openMailbox() throws StorageException {
        require(Formats.MBOX);
        return agent.ask(
                RequestType.OPEN_MAILBOX,
                items -> {},
                (reader, message) -> {
                    Result result = Replies.result(reader);
                    requireDescriptors(message, result.isDone() ? 1 : 0);
                    return result.code() == Result.Code.MISSING
                            ? Optional.empty()
                            : Optional.of(file(result, message, THE_MAILBOX));
                });
    }

    @Override
    public FileHandle openForUpdate(FileStatus expected) throws StorageException {
        require(Formats.MBOX);
        // The agent would take a second time for an attack, and end.
        if (updated) {
            throw new StorageException(
                    Kind.NOT_PERMITTED, "the mailbox was opened for its one update before");
        }
        return agent.ask(
                RequestType.OPEN_UPDATE,
                items -> Requests.openForUpdate(items, expected),
                (reader, message) -> {
                    Result result = Replies.result(reader);
                    requireDescriptors(message, result.isDone() ? 1 : 0);
                    updated = result.isDone();
                    FileHandle handle = file(result, message, THE_MAILBOX);
                    requireSame(handle, expected);
                    return handle;
                });
    }

    private static void requireSame(FileHandle handle, FileStatus expected)
            throws StorageException {
        boolean same = false;
        try {
            same = handle.status().isSameFile(expected);
        } catch (PosixException failed) {
            throw unreachable(THE_MAILBOX, failed);
        } finally {
            if (!same) {
                handle.close();
            }
        }
        if (!same) {
            throw new StorageException(Kind.CHANGED, "the mailbox is another file than before");
        }
    }

    @Override
    public void createMailbox() throws StorageException {
        require(Formats.MBOX);
        requireDone(RequestType.CREATE_MAILBOX, items -> {}, THE_MAILBOX);
    }

    @Override
    public EntryPage list(MailDirectory directory, long position) throws StorageException {
        if (position < 0) {
            throw new IllegalArgumentException("negative position");
        }
        return askToList(
                items -> Requests.list(items, directory, position),
                reader -> Replies.page(reader, position));
    }

    @Override
    public Optional<FileStatus> status(MailDirectory directory) throws StorageException {
        FileStatus status =
                askToList(items -> Requests.directory(items, directory), Replies::directory);
        return Optional.of(status)
                .filter(told -> told.type() == FileType.DIRECTORY && told.owner() == owner);
    }

    /** The rest of a LIST's reply that is done. */
    private interface Rest<T> {
        T read(ReplyReader reader) throws ReplyException;
    }

    private <T> T askToList(Consumer<RequestWriter> items, Rest<T> rest) throws StorageException {
        require(Formats.MAILDIR);
        return agent.ask(
                RequestType.LIST,
                items,
                (reader, message) -> {
                    requireDescriptors(message, 0);
                    Result result = Replies.nextResult(reader);
                    if (result.isDone()) {
                        return rest.read(reader);
                    }
                    reader.end();
                    throw result.failure(THE_DIRECTORY);
                });
    }

    @Override
    public List<Opened> open(List<MailEntry> entries) throws StorageException {
        if (!hasAny(entries)) {
            return List.of();
        }
        return agent.ask(
                RequestType.OPEN,
                items -> Requests.entries(items, entries),
                (reader, message) -> {
                    List<Result> results = Replies.results(reader, entries.size());
                    requireDescriptors(
                            message, (int) results.stream().filter(Result::isDone).count());
                    return opened(results, message);
                });
    }

    private List<Opened> opened(List<Result> results, ReceivedMessage message) {
        List<Opened> opened = new ArrayList<>(results.size());
        int taken = 0;
        for (Result result : results) {
            if (result.isDone()) {
                opened.add(opened(message.descriptors().get(taken++)));
            } else {
                note(result);
                opened.add(new Opened.Failed(result.kind()));
            }
        }
        return List.copyOf(opened);
    }

    private Opened opened(ReceivedDescriptor descriptor) {
        try {
            return own(descriptor, A_MESSAGE);
        } catch (StorageException refused) {
            agent.problems().warn(refused.getMessage());
            return new Opened.Failed(refused.kind());
        }
    }

    // What vanishes while a Maildir is read is nothing to speak of; what was planted there is.
    private void note(Result result) {
        if (result.code() == Result.Code.NOT_PERMITTED) {
            agent.problems().warn(A_MESSAGE + " of uid " + owner + " " + result.text());
        }
    }

    @Override
    public List<EntryResult> rename(List<Renaming> renamings) throws StorageException {
        if (!hasAny(renamings)) {
            return List.of();
        }
        return results(
                RequestType.RENAME,
                items -> Requests.renamings(items, renamings),
                renamings.size());
    }

    @Override
    public List<EntryResult> unlink(List<MailEntry> entries) throws StorageException {
        if (!hasAny(entries)) {
            return List.of();
        }
        return results(
                RequestType.UNLINK, items -> Requests.entries(items, entries), entries.size());
    }

    private List<EntryResult> results(RequestType type, Consumer<RequestWriter> items, int count)
            throws StorageException {
        return agent.ask(
                type,
                items,
                (reader, message) -> {
                    requireDescriptors(message, 0);
                    return Replies.results(reader, count).stream()
                            .map(Result::entryResult)
                            .toList();
                });
    }

    @Override
    public FileHandle create(MailEntry entry) throws StorageException {
        require(Formats.MAILDIR);
        return agent.ask(
                RequestType.CREATE,
                items -> Requests.entry(items, entry),
                (reader, message) -> {
                    Result result = Replies.result(reader);
                    requireDescriptors(message, result.isDone() ? 1 : 0);
                    return file(result, message, A_MESSAGE);
                });
    }

    @Override
    public void sync(MailDirectory directory) throws StorageException {
        require(Formats.MAILDIR);
        requireDone(RequestType.SYNC, items -> Requests.place(items, directory), THE_DIRECTORY);
    }

    @Override
    public void close() {
        agent.close();
    }

    private void requireDone(RequestType type, Consumer<RequestWriter> items, String subject)
            throws StorageException {
        Result result =
                agent.ask(
                        type,
                        items,
                        (reader, message) -> {
                            requireDescriptors(message, 0);
                            return Replies.result(reader);
                        });
        if (!result.isDone()) {
            throw result.failure(subject);
        }
    }

    private FileHandle file(Result result, ReceivedMessage message, String subject)
            throws StorageException {
        if (!result.isDone()) {
            throw result.failure(subject);
        }
        return own(message.descriptors().get(0), subject).handle();
    }

    // What is refused is closed with its message.
    private Opened.File own(ReceivedDescriptor descriptor, String subject) throws StorageException {
        FileStatus status;
        try {
            status = descriptor.status();
        } catch (PosixException failed) {
            throw unreachable(subject, failed);
        }
        if (status.type() != FileType.REGULAR) {
            throw refused(subject, "is not a regular file");
        }
        if (status.owner() != owner) {
            throw refused(subject, "belongs to another user than uid " + owner);
        }
        if (status.links() > 1) {
            throw refused(subject, "has " + status.links() + " hard links");
        }
        if (status.links() < 1) {
            throw new StorageException(Kind.MISSING, subject + " has just been removed");
        }
        return new Opened.File(descriptor.takeFile(), status);
    }

    private static StorageException refused(String subject, String why) {
        return new StorageException(Kind.NOT_PERMITTED, subject + " " + why);
    }

    private static StorageException unreachable(String subject, PosixException failed) {
        return new StorageException(
                Kind.UNAVAILABLE, subject + " is out of reach: " + failed.getMessage(), failed);
    }

    private static void requireDescriptors(ReceivedMessage message, int count)
            throws ReplyException {
        ReplyReader.require(
                message.descriptors().size() == count,
                "another number of descriptors than of files");
    }

    // A request has at least one entry.
    private boolean hasAny(List<?> batch) throws StorageException {
        if (batch.size() > MAX_BATCH) {
            throw new IllegalArgumentException("a batch has " + MAX_BATCH + " entries at most");
        }
        require(Formats.MAILDIR);
        return !batch.isEmpty();
    }

    private void require(String wanted) throws StorageException {
        agent.requireOpen();
        if (!format.equals(wanted)) {
            throw new StorageException(Kind.NOT_PERMITTED, "this storage is of " + format);
        }
    }
}
