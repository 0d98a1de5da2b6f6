package org.postern.pop3.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Step;
import org.postern.api.protocol.Cancellable;
import org.postern.api.protocol.Connection;

/**
 * What a session does on the workers: one task at a time, step by step, waiting by timer and never
 * on a worker. Everything here belongs to the event loop, but for a task's own methods. The result
 * of a step always comes, also after the connection's end: nothing stays open because nobody asks.
 */
final class Bench {
    /** How long a full queue is given before it is tried again. */
    private static final Duration RETRY = Duration.ofMillis(50);

    /** Something that may block. When it throws, it has released what it held. */
    interface Task<T> {
        /** On a worker: goes on without waiting, to its result or to where it has to wait. */
        Step<T> advance() throws MailboxException;

        /** Gives up between two steps and releases what it holds. */
        void close();
    }

    /** What a task is worth. */
    enum Persistence {
        /** Fails when the workers' queue is full. */
        TRY,
        /** Waits for room in the queue; given up when the connection ends. */
        INSIST,
        /** Goes on after the end of the connection as well. */
        FINISH
    }

    private final Connection connection;
    private final BiConsumer<Runnable, Duration> delayAfterEnd;
    private final Consumer<Throwable> onFault;
    private Optional<Run<?>> current = Optional.empty();
    private Optional<Runnable> release = Optional.empty();

    /**
     * @param delayAfterEnd runs something on the event loop after a time, when the connection has
     *     ended and its own timers with it
     * @param onFault told of anything but a MailboxException that a task threw, instead of a result
     */
    Bench(
            Connection connection,
            BiConsumer<Runnable, Duration> delayAfterEnd,
            Consumer<Throwable> onFault) {
        this.connection = connection;
        this.delayAfterEnd = delayAfterEnd;
        this.onFault = onFault;
    }

    /** For {@link #Bench}: timers that outlive the connection. */
    static BiConsumer<Runnable, Duration> delayOn(Connection connection) {
        return (task, after) ->
                CompletableFuture.delayedExecutor(
                                after.toNanos(), TimeUnit.NANOSECONDS, connection::execute)
                        .execute(task);
    }

    /** Begins a task; none is under way. */
    <T> void run(
            Task<T> task,
            Persistence persistence,
            Consumer<T> done,
            Consumer<MailboxException> failed) {
        Run<T> run = new Run<>(task, persistence, done, failed);
        current = Optional.of(run);
        run.step();
    }

    /**
     * The connection has ended. A task that is worth it goes on, another is given up; then this is
     * run, on a worker if possible.
     */
    void end(Runnable lastly) {
        release = Optional.of(lastly);
        current.ifPresentOrElse(Run::connectionEnded, this::releaseWhenIdle);
    }

    private boolean ended() {
        return release.isPresent();
    }

    private void releaseWhenIdle() {
        if (current.isEmpty()) {
            release.ifPresent(this::dispose);
        }
    }

    /**
     * Closes something on a worker. That is short: where none takes it, it is done here rather than
     * not at all.
     */
    void dispose(Runnable task) {
        if (!connection.work(task)) {
            task.run();
        }
    }

    private final class Run<T> {
        private final Task<T> task;
        private final Persistence persistence;
        private final Consumer<T> done;
        private final Consumer<MailboxException> failed;
        private boolean begun;
        private boolean waits;
        private Cancellable timer = () -> {};

        Run(
                Task<T> task,
                Persistence persistence,
                Consumer<T> done,
                Consumer<MailboxException> failed) {
            this.task = task;
            this.persistence = persistence;
            this.done = done;
            this.failed = failed;
        }

        void step() {
            waits = false;
            if (connection.work(this::advance)) {
                begun = true;
            } else if (ended()) {
                giveUp();
            } else if (persistence == Persistence.TRY && !begun) {
                task.close();
                finish(() -> failed.accept(noWorker()));
            } else {
                later(RETRY);
            }
        }

        // On a worker. Whatever it throws, the event loop hears of it, or the session would hang.
        private void advance() {
            try {
                Step<T> step = task.advance();
                connection.execute(() -> advanced(step));
            } catch (MailboxException failure) {
                connection.execute(() -> finish(() -> failed.accept(failure)));
            } catch (RuntimeException | Error fault) {
                connection.execute(() -> finish(() -> onFault.accept(fault)));
            }
        }

        private void advanced(Step<T> step) {
            if (step instanceof Step.Done<T> result) {
                finish(() -> done.accept(result.result()));
            } else if (step instanceof Step.Wait<T> wait) {
                later(wait.duration());
            }
        }

        private void later(Duration after) {
            if (!ended()) {
                waits = true;
                timer = connection.schedule(this::step, after);
            } else if (persistence == Persistence.FINISH) {
                delayAfterEnd.accept(this::step, after);
            } else {
                giveUp();
            }
        }

        void connectionEnded() {
            if (waits) {
                timer.cancel();
                later(RETRY);
            }
        }

        private void giveUp() {
            dispose(task::close);
            finish(() -> {});
        }

        private void finish(Runnable result) {
            current = Optional.empty();
            result.run();
            releaseWhenIdle();
        }
    }

    private static MailboxException noWorker() {
        return new MailboxException(
                MailboxException.Kind.UNAVAILABLE, "the workers' queue is full");
    }
}
