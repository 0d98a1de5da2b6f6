package org.postern.testkit.kill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A delivery agent that works on the mailbox while it is updated, and after the kill. */
final class Agent implements AutoCloseable {
    private final KilledFormat format;
    private final Path directory;
    private final Kill kill;
    private final FutureTask<Void> task = new FutureTask<>(this::deliver, null);
    private final Thread thread = new Thread(task, "postern-test-agent");
    private final double nanos;

    /**
     * @param nanos how long the update takes, about
     */
    Agent(KilledFormat format, Path directory, Kill kill, double nanos) {
        this.format = format;
        this.directory = directory;
        this.kill = kill;
        this.nanos = nanos;
        thread.start();
    }

    private void deliver() {
        SplittableRandom random = new SplittableRandom(kill.seed());
        try {
            for (int i = 0; i < kill.deliveries(); i++) {
                VictimProgram.park(Duration.ofNanos((long) (random.nextDouble() * nanos)));
                format.mail().deliver(directory, message(i));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("the agent cannot deliver", failed);
        }
    }

    private byte[] message(int late) {
        return kill.corpus().message(kill.corpus().count() + late);
    }

    /** After the kill: delivers the rest, and answers how many there were. */
    int finish() throws IOException, InterruptedException, ExecutionException {
        task.get();
        for (int i = 0; i < kill.deliveredAfter(); i++) {
            format.mail().deliver(directory, message(kill.deliveries() + i));
        }
        return kill.deliveries() + kill.deliveredAfter();
    }

    // Where finish was not reached, the test has failed already.
    @Override
    public void close() {
        thread.interrupt();
    }
}
