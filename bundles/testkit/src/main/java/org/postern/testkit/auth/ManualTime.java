package org.postern.testkit.auth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A clock and a timer that move only when told to. Tasks run on the thread that moves the time, in
 * the order in which they are due, and see the time at which they are due. Any thread may schedule;
 * one moves.
 */
public final class ManualTime extends AbstractExecutorService implements ScheduledExecutorService {
    private final PriorityQueue<Task<?>> queue =
            new PriorityQueue<>(
                    Comparator.<Task<?>>comparingLong(task -> task.due)
                            .thenComparingLong(task -> task.number));
    private long nanos;
    private long tasks;
    private boolean shutdown;

    /** Time that has passed since this was made; a {@link java.util.function.LongSupplier}. */
    public synchronized long nanos() {
        return nanos;
    }

    /** Lets time pass, and runs what falls due in it. */
    public void advance(Duration duration) {
        long end = nanos() + duration.toNanos();
        for (Task<?> task = next(end); task != null; task = next(end)) {
            task.run();
        }
    }

    /** Runs what is due now. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** How many tasks are waiting for their time; cancelled ones do not count. */
    public synchronized int waiting() {
        return (int) queue.stream().filter(task -> !task.isCancelled()).count();
    }

    private synchronized Task<?> next(long end) {
        Task<?> task = queue.peek();
        if (task == null || task.due > end) {
            nanos = Math.max(nanos, end);
            return null;
        }
        nanos = Math.max(nanos, task.due);
        return queue.remove();
    }

    private synchronized <V> Task<V> add(Callable<V> action, long delayNanos, long periodNanos) {
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        Task<V> task = new Task<>(action, nanos + Math.max(0, delayNanos), periodNanos, tasks++);
        queue.add(task);
        return task;
    }

    private synchronized void repeat(Task<?> task) {
        if (!shutdown) {
            task.due = nanos + task.periodNanos;
            queue.add(task);
        }
    }

    @Override
    public void execute(Runnable command) {
        var unused = schedule(command, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(() -> runForNothing(command), unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return add(callable, unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        return scheduleWithFixedDelay(command, initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return add(() -> runForNothing(command), unit.toNanos(initialDelay), unit.toNanos(delay));
    }

    private static Boolean runForNothing(Runnable command) {
        command.run();
        return Boolean.TRUE;
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> left = new ArrayList<>(queue);
        queue.clear();
        return left;
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
        return shutdown && queue.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }

    private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
        private final long periodNanos;
        private final long number;
        private long due;

        Task(Callable<V> action, long due, long periodNanos, long number) {
            super(action);
            this.due = due;
            this.periodNanos = periodNanos;
            this.number = number;
        }

        @Override
        public void run() {
            if (!isPeriodic()) {
                super.run();
            } else if (runAndReset()) {
                repeat(this);
            }
        }

        @Override
        public boolean isPeriodic() {
            return periodNanos > 0;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
