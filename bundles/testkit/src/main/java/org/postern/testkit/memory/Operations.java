package org.postern.testkit.memory;

import java.time.Duration;
import java.util.function.Consumer;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;

/** Drives an {@link Operation} to its end, and closes it whatever happens. */
public final class Operations {
    /** Steps before an operation counts as one that never ends. */
    public static final int MAX_STEPS = 10_000;

    private Operations() {}

    /** Advances it until it is done, moving the clock on by each wait. */
    public static <T> T finish(Operation<T> operation, ManualClock clock) throws MailboxException {
        return finish(operation, clock::advance);
    }

    /**
     * Advances it until it is done.
     *
     * @param wait lets as much time pass as it is given
     */
    public static <T> T finish(Operation<T> operation, Consumer<Duration> wait)
            throws MailboxException {
        try (operation) {
            for (int steps = 0; steps < MAX_STEPS; steps++) {
                Step<T> step = operation.advance();
                if (step instanceof Step.Done<T> done) {
                    return done.result();
                }
                if (step instanceof Step.Wait<T> again) {
                    if (again.duration().isNegative()) {
                        throw new AssertionError("an operation wants to wait " + again.duration());
                    }
                    wait.accept(again.duration());
                }
            }
        }
        throw new AssertionError("an operation is not done after " + MAX_STEPS + " steps");
    }

    /** Advances it until it fails, and answers why. */
    public static MailboxException fails(Operation<?> operation, ManualClock clock) {
        return fails(operation, clock::advance);
    }

    /** Advances it until it fails, and answers why. */
    public static MailboxException fails(Operation<?> operation, Consumer<Duration> wait) {
        Object result;
        try {
            result = finish(operation, wait);
        } catch (MailboxException expected) {
            return expected;
        }
        throw new AssertionError("an operation that should fail was done: " + result);
    }
}
