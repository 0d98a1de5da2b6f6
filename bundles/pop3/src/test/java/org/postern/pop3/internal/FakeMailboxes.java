package org.postern.pop3.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.MessageEncoder;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.protocol.ManualConnection;

/**
 * One mailbox in memory, whose operations wait and fail as a test has planned, and which counts
 * what of it is open. What is not in memory must be called on a worker.
 */
final class FakeMailboxes implements Mailboxes {
    /** What can be planned for. */
    enum Call {
        OPEN,
        READ,
        READ_AHEAD,
        CHECK,
        EXPUNGE,
        ACKNOWLEDGE
    }

    /** What a step does instead of going on. */
    private sealed interface Planned {
        record Waits(Duration duration) implements Planned {}

        record Fails(MailboxException failure) implements Planned {}

        record Breaks(RuntimeException fault) implements Planned {}

        record Runs(Runnable code) implements Planned {}
    }

    private final ManualConnection connection;
    private final Map<Call, Queue<Planned>> plans = new EnumMap<>(Call.class);
    private final List<byte[]> messages;
    private long readFails = Long.MAX_VALUE;
    private Optional<PosixException> readFailure = Optional.empty();
    final List<Call> calls = new ArrayList<>();
    MailboxBounds bounds = MailboxBounds.NONE;
    int longestRead = Integer.MAX_VALUE;
    // How many of each message's first octets lie in memory; if any, so does the mailbox's status.
    long cached;
    // Each message is a file of its own, which has to be opened on a worker.
    boolean apart;
    // What was opened ahead, one list a batch, and how much of it was open at once.
    final List<List<Integer>> ahead = new ArrayList<>();
    int aheadOpen;
    int mostAheadOpen;
    // Workers are full, so that what is open is closed without one.
    boolean closedAnywhere;
    int held;

    FakeMailboxes(ManualConnection connection, List<byte[]> messages) {
        this.connection = connection;
        this.messages = new ArrayList<>(messages);
    }

    /** The next step of such a call waits first. */
    FakeMailboxes waits(Call call, Duration duration) {
        return plan(call, new Planned.Waits(duration));
    }

    /** The next step of such a call fails. */
    FakeMailboxes fails(Call call, MailboxException.Kind kind) {
        return plan(call, new Planned.Fails(new MailboxException(kind, "planned")));
    }

    /** The next step of such a call has a fault. */
    FakeMailboxes breaks(Call call) {
        return plan(call, new Planned.Breaks(new IllegalStateException("planned fault")));
    }

    /** The next step of such a call does this first. */
    FakeMailboxes runs(Call call, Runnable code) {
        return plan(call, new Planned.Runs(code));
    }

    /** Reading fails from this offset on. */
    void readFails(long position, PosixException failure) {
        readFails = position;
        readFailure = Optional.of(failure);
    }

    Optional<PosixException> readFailure(long position) {
        return position >= readFails ? readFailure : Optional.empty();
    }

    /** The messages that are there now. */
    List<byte[]> messages() {
        return Collections.unmodifiableList(messages);
    }

    private FakeMailboxes plan(Call call, Planned planned) {
        plans.computeIfAbsent(call, any -> new ArrayDeque<>()).add(planned);
        return this;
    }

    void requireWorker() {
        // After the end a worker may be full, and what is left is closed where it is.
        if (!connection.onWorker() && connection.ended().isEmpty()) {
            throw new AssertionError("a mailbox belongs on a worker");
        }
    }

    @Override
    public Operation<Mailbox> open(MailStorage storage, MailboxBounds asked) {
        bounds = asked;
        return new Planning<>(Call.OPEN, Memory::new);
    }

    private interface Body<T> {
        T run() throws MailboxException;
    }

    private final class Planning<T> implements Operation<T> {
        private final Call call;
        private final Body<T> body;
        private boolean over;
        private boolean closed;

        Planning(Call call, Body<T> body) {
            this.call = call;
            this.body = body;
            calls.add(call);
            held++;
        }

        @Override
        public Step<T> advance() throws MailboxException {
            requireWorker();
            if (over || closed) {
                throw new AssertionError("advanced after its end");
            }
            Planned planned = plans.getOrDefault(call, new ArrayDeque<>()).poll();
            if (planned instanceof Planned.Waits wait) {
                return new Step.Wait<>(wait.duration());
            }
            over = true;
            if (planned instanceof Planned.Fails fails) {
                throw fails.failure();
            } else if (planned instanceof Planned.Breaks breaks) {
                throw breaks.fault();
            } else if (planned instanceof Planned.Runs runs) {
                runs.code().run();
            }
            return new Step.Done<>(body.run());
        }

        @Override
        public Optional<Step.Done<T>> now() throws MailboxException {
            Planned planned = plans.getOrDefault(call, new ArrayDeque<>()).peek();
            if (cached == 0 || (planned != null && !(planned instanceof Planned.Fails))) {
                return Optional.empty();
            }
            over = true;
            if (planned instanceof Planned.Fails fails) {
                plans.get(call).remove();
                throw fails.failure();
            }
            return Optional.of(new Step.Done<>(body.run()));
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                held--;
            }
        }
    }

    private final class Memory implements Mailbox {
        private final List<byte[]> stored = new ArrayList<>(messages);
        private final MailboxSnapshot snapshot;
        private boolean closed;

        Memory() {
            MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
            int number = 0;
            for (byte[] message : stored) {
                builder.add(stored(++number, message));
            }
            snapshot = builder.build();
            held++;
        }

        private static StoredMessage stored(int number, byte[] message) {
            return new StoredMessage(
                    new UniqueId("id-" + number),
                    MessageEncoder.octetsOf(message.length, lines(message), isOpen(message)),
                    new StoredAt.Range(0, 0, message.length, 0),
                    LineConvention.LF,
                    isOpen(message),
                    Set.of(),
                    Optional.empty());
        }

        @Override
        public MailboxSnapshot snapshot() {
            return snapshot;
        }

        @Override
        public Operation<MessageContent> read(int message) {
            return new Planning<>(Call.READ, () -> content(message));
        }

        @Override
        public Optional<MessageContent> readNow(int message) {
            return cached == 0 || apart ? Optional.empty() : Optional.of(content(message));
        }

        @Override
        public Operation<List<MessageContent>> readAhead(List<Integer> wanted) {
            if (!apart) {
                return Mailbox.super.readAhead(wanted);
            }
            return new Planning<>(
                    Call.READ_AHEAD,
                    () -> {
                        ahead.add(wanted);
                        aheadOpen += wanted.size();
                        mostAheadOpen = Math.max(mostAheadOpen, aheadOpen);
                        return wanted.stream().map(this::contentAhead).toList();
                    });
        }

        private MessageContent contentAhead(int message) {
            return content(message, true);
        }

        private MessageContent content(int message) {
            return content(message, false);
        }

        private MessageContent content(int message, boolean isAhead) {
            byte[] octets = stored.get(message);
            return new MessageContent(
                    new FakeFile(FakeMailboxes.this, octets, isAhead),
                    0,
                    octets.length,
                    LineConvention.LF,
                    isOpen(octets));
        }

        @Override
        public Operation<Void> check() {
            return new Planning<>(Call.CHECK, () -> null);
        }

        @Override
        public Operation<Expunged> expunge(BitSet marked) {
            return new Planning<>(
                    Call.EXPUNGE,
                    () -> {
                        long before = snapshot.totalOctets();
                        long deleted = marked.stream().mapToLong(snapshot::octets).sum();
                        for (int i = stored.size() - 1; i >= 0; i--) {
                            if (marked.get(i)) {
                                messages.remove(i);
                            }
                        }
                        return new Expunged(
                                marked.cardinality(),
                                deleted,
                                stored.size() - marked.cardinality(),
                                before - deleted);
                    });
        }

        @Override
        public Operation<Void> acknowledge() {
            return new Planning<>(Call.ACKNOWLEDGE, () -> null);
        }

        @Override
        public Operation<Void> append(Delivery delivery) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            requireWorker();
            if (!closed) {
                closed = true;
                held--;
            }
        }
    }

    private static boolean isOpen(byte[] message) {
        return message.length > 0 && message[message.length - 1] != '\n';
    }

    private static long lines(byte[] message) {
        long lines = 0;
        for (byte octet : message) {
            if (octet == '\n') {
                lines++;
            }
        }
        return lines;
    }
}
