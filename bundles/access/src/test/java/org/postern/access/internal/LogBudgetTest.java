package org.postern.access.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postern.testkit.auth.ManualTime;

class LogBudgetTest {
    private final ManualTime time = new ManualTime();
    private final LogBudget budget = new LogBudget(2, time::nanos);

    @Test
    void whatIsTooMuchIsCountedAndToldOnce() {
        assertEquals(0, budget.take());
        assertEquals(0, budget.take());
        assertEquals(LogBudget.DROPPED, budget.take());
        assertEquals(LogBudget.DROPPED, budget.take());
        assertEquals(0, budget.overdue());
        time.advance(Duration.ofSeconds(10));
        assertEquals(2, budget.take());
        assertEquals(0, budget.take());
        assertEquals(LogBudget.DROPPED, budget.take());
        assertEquals(1, budget.rest());
        assertEquals(0, budget.rest());
    }

    @Test
    void theCountCanBeAskedForWithoutALine() {
        for (int i = 0; i < 5; i++) {
            budget.take();
        }
        time.advance(Duration.ofSeconds(11));
        assertEquals(3, budget.overdue());
        assertEquals(0, budget.overdue());
    }
}
