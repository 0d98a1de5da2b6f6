package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.postern.api.mailbox.SpareThreads;
import org.postern.api.posix.FileHandle;
import org.postern.api.storage.Opened;

/**
 * Counts messages that have been opened, a batch on each thread that is free, while the caller
 * opens the next: with small messages opening is half of the work. What is under way has one batch
 * of descriptors for each thread. Closes every handle that it is given.
 */
final class BatchCounter implements AutoCloseable {
    private final SpareThreads threads;
    private final Deque<FutureTask<Void>> lent = new ArrayDeque<>();
    // A buffer each.
    private final Queue<MessageSizes> idle = new ConcurrentLinkedQueue<>();

    /** A message and its open file. */
    record Open(Candidate candidate, Opened.File file) {}

    BatchCounter(SpareThreads threads) {
        this.threads = threads;
    }

    /**
     * Counts, now or beside the caller.
     *
     * @param helped whether this is one of many batches, so that help is worth it
     */
    void count(List<Open> batch, boolean helped) throws IOException {
        FutureTask<Void> task =
                new FutureTask<>(
                        () -> {
                            countAll(batch);
                            return null;
                        });
        while (!lent.isEmpty() && lent.peek().isDone()) {
            await(lent.remove(), batch);
        }
        if (helped && threads.lend(task)) {
            lent.add(task);
        } else {
            task.run();
            await(task, List.of());
        }
    }

    /** All that was given has been counted when this returns. */
    void finish() throws IOException {
        while (!lent.isEmpty()) {
            await(lent.remove(), List.of());
        }
    }

    private void countAll(List<Open> batch) throws IOException {
        MessageSizes sizes = Optional.ofNullable(idle.poll()).orElseGet(MessageSizes::new);
        try {
            for (Open open : batch) {
                FileHandle handle = open.file().handle();
                open.candidate().status = open.file().status();
                open.candidate().measure =
                        Optional.of(sizes.of(handle, open.file().status().size()));
                handle.close();
            }
        } finally {
            close(batch);
            idle.add(sizes);
        }
    }

    private static void close(List<Open> batch) {
        batch.forEach(open -> open.file().handle().close());
    }

    // Where it failed, another batch is not counted any more, and closed.
    private static void await(FutureTask<Void> task, List<Open> other) throws IOException {
        try {
            SpareThreads.result(task);
        } catch (ExecutionException failed) {
            close(other);
            if (failed.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    /** Waits for what was lent, after a failure: it works on candidates that are given up. */
    @Override
    public void close() {
        while (!lent.isEmpty()) {
            try {
                await(lent.remove(), List.of());
            } catch (IOException second) {
                // The first failure is told.
            }
        }
    }
}
