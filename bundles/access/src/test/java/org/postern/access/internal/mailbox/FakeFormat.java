package org.postern.access.internal.mailbox;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.MessageFlag;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFiles;

/**
 * A format that writes down, in a journal shared with other instances, what it is asked, under its
 * own name, and does at each step what the test has laid out; without that it is done at once.
 */
final class FakeFormat implements MailboxFormat {
    final String name;
    final List<String> journal;
    final Deque<Turn> turns = new ArrayDeque<>();
    int messages = 3;
    int open;

    FakeFormat(String name, List<String> journal) {
        this.name = name;
        this.journal = journal;
    }

    /** What happens at one step: wait, fail, or whatever else a test wants meanwhile. */
    @FunctionalInterface
    interface Turn {
        /** Whether the operation waits; otherwise it goes on. */
        boolean waits() throws MailboxException;
    }

    static final Turn WAIT = () -> true;

    private void note(String what) {
        journal.add(name + " " + what);
    }

    @Override
    public Operation<Mailbox> open(
            MailStorage storage, MailboxBounds bounds, Optional<MailboxSnapshot> resume) {
        String what = resume.isPresent() ? "resume" : "open";
        return new Scripted<>(
                what,
                () -> {
                    open++;
                    return new Box(resume.filter(r -> r.count() == messages));
                });
    }

    private static MessageContent content() {
        return new MessageContent(
                new MemoryFiles(new ManualClock()).newFile(new byte[0]).open(false),
                0,
                0,
                LineConvention.LF,
                false);
    }

    private MailboxSnapshot messages() {
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        for (int i = 0; i < messages; i++) {
            builder.add(
                    new StoredMessage(
                            new UniqueId("id" + i),
                            100,
                            new StoredAt.Range(i * 100L, i * 100L, 98, i),
                            LineConvention.LF,
                            false,
                            EnumSet.noneOf(MessageFlag.class),
                            Optional.empty()));
        }
        return builder.build();
    }

    private final class Box implements Mailbox {
        private final MailboxSnapshot snapshot;

        Box(Optional<MailboxSnapshot> resumed) {
            snapshot = resumed.orElseGet(FakeFormat.this::messages);
        }

        @Override
        public MailboxSnapshot snapshot() {
            return snapshot;
        }

        @Override
        public Operation<MessageContent> read(int message) {
            return new Scripted<>("read " + message, FakeFormat::content);
        }

        @Override
        public Operation<List<MessageContent>> readAhead(List<Integer> messages) {
            return new Scripted<>(
                    "read ahead " + messages,
                    () -> messages.stream().map(message -> content()).toList());
        }

        @Override
        public Operation<Void> check() {
            return new Scripted<>("check", () -> null);
        }

        @Override
        public Operation<Expunged> expunge(BitSet chosen) {
            return new Scripted<>(
                    "expunge " + chosen,
                    () -> {
                        int deleted = chosen.cardinality();
                        messages -= deleted;
                        return new Expunged(deleted, deleted * 100L, messages, messages * 100L);
                    });
        }

        @Override
        public Operation<Void> acknowledge() {
            return new Scripted<>("acknowledge", () -> null);
        }

        @Override
        public Operation<Void> append(Delivery delivery) {
            return new Scripted<>("append", () -> null);
        }

        @Override
        public void close() {
            note("close mailbox");
            open--;
        }
    }

    private final class Scripted<T> implements Operation<T> {
        private final String what;
        private final Supplier<T> result;
        private boolean over;

        Scripted(String what, Supplier<T> result) {
            this.what = what;
            this.result = result;
        }

        @Override
        public Step<T> advance() throws MailboxException {
            note(what);
            Turn turn = turns.isEmpty() ? () -> false : turns.remove();
            boolean waits;
            try {
                waits = turn.waits();
            } catch (MailboxException failed) {
                over = true;
                throw failed;
            }
            if (waits) {
                return new Step.Wait<>(Duration.ofMillis(100));
            }
            over = true;
            return new Step.Done<>(result.get());
        }

        @Override
        public void close() {
            if (!over) {
                note("give up " + what);
                over = true;
            }
        }
    }
}
