package org.postern.pop3.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.protocol.Cancellable;
import org.postern.api.protocol.Connection;

/**
 * Messages of a client that sends its commands ahead, opened before their turn: a worker opens the
 * next ones while the event loop sends those before. Which they are is what the client has asked
 * for, and what follows, as long as it goes on in order: its next commands come when it has got
 * some of these. What nobody asks for is not kept for long, and everything is closed on a worker,
 * as closing the last descriptor of a deleted file may wait for the disk. On the event loop, unless
 * stated.
 */
final class OpenedAhead {
    /** When no more than these are left, the next are opened. */
    private static final int FEW = Mailbox.MOST_AHEAD / 2;

    /** Who sends ahead has asked already; who has not is idle, or does not read. */
    static final Duration KEPT = Duration.ofMillis(100);

    /**
     * Sessions that may have messages opened ahead at once, on all listeners: with those of {@link
     * #FEW} and {@link Mailbox#MOST_AHEAD} some 500 descriptors, of those that a process has beside
     * its connections'. Who finds no place is served message by message.
     */
    static final int SESSIONS = 32;

    private final Connection connection;
    private final Bench bench;
    private final Semaphore places;
    private final IntFunction<List<Integer>> asked;
    private final Deque<OpenMessage> ready = new ArrayDeque<>();
    private Optional<MessageContent> lent = Optional.empty();
    // Sent, or not wanted any more: closed with the next batch. With FEW that are left, those of a
    // batch and those sent meanwhile, twice MOST_AHEAD are open at most.
    private List<MessageContent> spent = new ArrayList<>();
    private boolean underWay;
    // The same, together with the message that is asked for.
    private boolean underWayWithMessage;
    private Optional<Runnable> afterwards = Optional.empty();
    private boolean inOrder = true;
    private boolean hasPlace;
    private boolean used;
    private Optional<Cancellable> timer = Optional.empty();

    /**
     * @param places {@link #SESSIONS} of them, for all sessions together
     * @param asked the messages that the client has asked for behind the one that it gets now, at
     *     most so many
     */
    OpenedAhead(
            Connection connection,
            Bench bench,
            Semaphore places,
            IntFunction<List<Integer>> asked) {
        this.connection = connection;
        this.bench = bench;
        this.places = places;
        this.asked = asked;
    }

    /** Whether {@link #take} has this message, or will not have it by waiting. */
    boolean isSettled(int message) {
        return !underWay || ready.stream().anyMatch(open -> open.index() == message);
    }

    /**
     * Runs something when nothing is being opened any more: a mailbox does one thing at a time. At
     * once, or later; also after the end of the connection.
     */
    void whenIdle(Runnable task) {
        if (underWay) {
            afterwards = Optional.of(task);
        } else {
            task.run();
        }
    }

    /** A message that is open; {@link #giveBack} follows, and closes it some time. */
    Optional<MessageContent> take(int message) {
        while (lent.isEmpty() && !ready.isEmpty()) {
            OpenMessage next = ready.remove();
            if (next.index() == message) {
                lent = Optional.of(next.content());
            } else {
                inOrder = false;
                spent.add(next.content());
            }
        }
        return lent;
    }

    /** What was taken, if anything, is not used any more. */
    void giveBack() {
        underWayWithMessage = false;
        if (lent.isPresent()) {
            spent.add(lent.get());
            lent = Optional.empty();
            keepAWhile();
        }
    }

    /** A message was taken, so there is a place: the next are opened, if few are left. */
    void goOn(Mailbox mailbox, int message) {
        if (underWay || ready.size() > FEW) {
            return;
        }
        List<Integer> next = following(mailbox, message, Mailbox.MOST_AHEAD);
        if (next.isEmpty()) {
            return;
        }
        underWay = true;
        bench.run(
                new BatchOpening(mailbox, next, takeSpent()),
                Bench.Persistence.TRY,
                this::opened,
                noWorker -> opened(List.of()));
    }

    /**
     * What is to be opened by the same worker as a message that was not opened before: that first,
     * and the next. None if the client has asked for nothing else.
     */
    Optional<BatchOpening> beginWith(Mailbox mailbox, int message) {
        List<Integer> next = following(mailbox, message, Mailbox.MOST_AHEAD - 1);
        if (next.isEmpty() || !takePlace()) {
            return Optional.empty();
        }
        underWayWithMessage = true;
        next.add(0, message);
        return Optional.of(new BatchOpening(mailbox, next, takeSpent()));
    }

    // Behind the message and those that are ready.
    private List<Integer> following(Mailbox mailbox, int message, int most) {
        List<Integer> all = new ArrayList<>(List.of(message));
        ready.forEach(open -> all.add(open.index()));
        int known = all.size();
        List<Integer> expected = asked.apply(ready.size() + most);
        if (expected.size() > ready.size()) {
            all.addAll(expected.subList(ready.size(), expected.size()));
        }
        while (inOrder && all.size() < known + most && goesOn(all, mailbox.snapshot().count())) {
            all.add(all.get(all.size() - 1) + 1);
        }
        return new ArrayList<>(all.subList(known, all.size()));
    }

    private static boolean goesOn(List<Integer> messages, int count) {
        int last = messages.size() - 1;
        return last > 0
                && messages.get(last) == messages.get(last - 1) + 1
                && messages.get(last) + 1 < count;
    }

    private List<MessageContent> takeSpent() {
        List<MessageContent> taken = spent;
        spent = new ArrayList<>();
        return taken;
    }

    private void opened(List<OpenMessage> messages) {
        add(messages);
        underWay = false;
        Optional<Runnable> task = afterwards;
        afterwards = Optional.empty();
        task.ifPresent(Runnable::run);
    }

    // Held for as long as something is opened ahead.
    private boolean takePlace() {
        hasPlace = hasPlace || places.tryAcquire();
        if (hasPlace) {
            keepAWhile();
        }
        return hasPlace;
    }

    private void leavePlace() {
        if (hasPlace) {
            hasPlace = false;
            places.release();
        }
    }

    /** Takes over what was opened. */
    void add(List<OpenMessage> messages) {
        underWayWithMessage = false;
        ready.addAll(messages);
        if (!messages.isEmpty()) {
            keepAWhile();
        }
    }

    private void keepAWhile() {
        used = true;
        if (timer.isEmpty()) {
            timer = Optional.of(connection.schedule(this::look, KEPT));
        }
    }

    private void look() {
        timer = Optional.empty();
        if (used || underWay || underWayWithMessage) {
            keepAWhile();
            used = false;
            return;
        }
        ready.forEach(open -> spent.add(open.content()));
        ready.clear();
        if (!spent.isEmpty()) {
            List<MessageContent> unused = takeSpent();
            bench.dispose(() -> unused.forEach(MessageContent::close));
        }
        leavePlace();
    }

    /** The connection has ended; {@link #close} follows when nothing is being opened any more. */
    void ended() {
        timer.ifPresent(Cancellable::cancel);
        timer = Optional.empty();
    }

    /** On a worker: closes everything. */
    void close() {
        lent.ifPresent(MessageContent::close);
        ready.forEach(open -> open.content().close());
        spent.forEach(MessageContent::close);
        leavePlace();
    }
}
