package org.postern.testkit.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;

class OperationsTest {
    private final ManualClock clock = new ManualClock();

    /** Waits a second each time, and then ends. */
    private static final class Waiting implements Operation<String> {
        private final boolean fails;
        private int waits;
        private int closed;

        Waiting(int waits, boolean fails) {
            this.waits = waits;
            this.fails = fails;
        }

        @Override
        public Step<String> advance() throws MailboxException {
            if (waits-- > 0) {
                return new Step.Wait<>(Duration.ofSeconds(1));
            }
            if (fails) {
                throw new MailboxException(MailboxException.Kind.IN_USE, "as the test wants");
            }
            return new Step.Done<>("done");
        }

        @Override
        public void close() {
            closed++;
        }
    }

    @Test
    void waitsMoveTheClock() throws Exception {
        long before = clock.nanos();
        Waiting operation = new Waiting(3, false);
        assertEquals("done", Operations.finish(operation, clock));
        assertEquals(Duration.ofSeconds(3).toNanos(), clock.nanos() - before);
        assertEquals(1, operation.closed);
    }

    @Test
    void failureIsAnsweredAndTheOperationClosed() {
        Waiting operation = new Waiting(1, true);
        assertEquals(MailboxException.Kind.IN_USE, Operations.fails(operation, clock).kind());
        assertEquals(1, operation.closed);
        assertThrows(AssertionError.class, () -> Operations.fails(new Waiting(0, false), clock));
    }

    @Test
    void operationWithoutEndIsNoticed() {
        Waiting operation = new Waiting(Integer.MAX_VALUE, false);
        assertThrows(AssertionError.class, () -> Operations.finish(operation, clock));
        assertEquals(1, operation.closed);
    }
}
