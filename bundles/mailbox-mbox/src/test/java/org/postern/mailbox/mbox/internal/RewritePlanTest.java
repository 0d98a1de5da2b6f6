package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.mailbox.mbox.internal.RewritePlan.Move;

class RewritePlanTest {
    // Four messages of 20 octets each.
    private static final String MESSAGE = "From a\nSubj: x\n\nyz\n\n";

    private static RewritePlan plan(int appended, int... delete) throws Exception {
        try (MemoryMbox mbox = new MemoryMbox()) {
            mbox.put(MESSAGE.repeat(4));
            MailboxSnapshot snapshot = mbox.open().snapshot();
            return RewritePlan.of(snapshot, MemoryMbox.bits(delete), 80, 80 + appended);
        }
    }

    @Test
    void messagesAreTwentyOctets() {
        assertEquals(20, MESSAGE.length());
    }

    @Test
    void nothingMovesForTheLastMessages() throws Exception {
        assertEquals(new RewritePlan(List.of(), 60), plan(0, 3));
        assertEquals(new RewritePlan(List.of(), 20), plan(0, 1, 2, 3));
        assertEquals(new RewritePlan(List.of(), 0), plan(0, 0, 1, 2, 3));
    }

    @Test
    void whatStaysMovesDownInRuns() throws Exception {
        assertEquals(new RewritePlan(List.of(new Move(20, 0, 60)), 60), plan(0, 0));
        assertEquals(new RewritePlan(List.of(new Move(40, 20, 40)), 60), plan(0, 1));
        assertEquals(
                new RewritePlan(List.of(new Move(20, 0, 20), new Move(60, 20, 20)), 40),
                plan(0, 0, 2));
        assertEquals(40, plan(0, 0, 2).octets());
    }

    @Test
    void appendedMailMovesWithIt() throws Exception {
        assertEquals(new RewritePlan(List.of(new Move(80, 60, 9)), 69), plan(9, 3));
        assertEquals(
                new RewritePlan(List.of(new Move(20, 0, 60), new Move(80, 60, 9)), 69), plan(9, 0));
        assertEquals(new RewritePlan(List.of(new Move(80, 0, 9)), 9), plan(9, 0, 1, 2, 3));
    }
}
