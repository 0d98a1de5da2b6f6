package org.postern.testkit.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.memory.Faults;
import org.postern.testkit.memory.KilledException;
import org.postern.testkit.memory.MemoryMailStorage;

/** Interrupts an update at its first call, its second, and so on until it runs to its end. */
final class Interruption {
    private static final int MESSAGES = 6;

    private final String name;
    private final ObjIntConsumer<Faults> sabotage;

    /**
     * @param sabotage arranges for the interruption at the n-th call
     */
    Interruption(String name, ObjIntConsumer<Faults> sabotage) {
        this.name = name;
        this.sabotage = sabotage;
    }

    void run(MailboxFaultContract contract, Update update) throws Exception {
        for (int n = 1; n < MailboxFaultContract.MANY; n++) {
            try (MailboxFixture fixture = contract.mailbox()) {
                if (!strikes(fixture, update, n)) {
                    return;
                }
            }
        }
        throw new AssertionError(update + " does not come to its end");
    }

    private boolean strikes(MailboxFixture fixture, Update update, int n) throws Exception {
        List<byte[]> before = Mail.plain(0, MESSAGES);
        for (byte[] message : before) {
            fixture.deliver(message);
        }
        List<byte[]> must = Expunging.without(before, update.deleted());
        byte[] late = Mail.plain(MESSAGES);
        MemoryMailStorage storage = memory(fixture);
        Faults faults = storage.faults();
        boolean done;
        try (OpenedMailbox opened =
                OpenedMailbox.open(fixture, storage, MailboxBounds.NONE, Optional.empty())) {
            fixture.deliver(late);
            must.add(late);
            fixture.elapse(Duration.ofSeconds(1));
            faults.clear();
            sabotage.accept(faults, n);
            done = isDone(update, opened);
        }
        String when = "when " + update + " " + name + " at " + n;
        if (!done && fixture.survivesFaults()) {
            // Some of what is left is ended by the next session.
            OpenedMailbox.open(fixture).close();
        }
        List<byte[]> after = fixture.messages();
        if (done) {
            List<byte[]> all = new ArrayList<>(must);
            all.addAll(update.appended());
            Expunging.assertSame(all, after);
        } else if (fixture.survivesFaults() || faults.changes() == 0) {
            List<byte[]> may = new ArrayList<>(before);
            may.addAll(update.appended());
            Expunging.assertLeft(must, may, after, when);
            try (OpenedMailbox reopened = OpenedMailbox.open(fixture)) {
                reopened.assertHolds(after);
            }
        }
        assertTrue(storage.openHandles() == 0, "handles are left open " + when);
        return faults.struck();
    }

    private static boolean isDone(Update update, OpenedMailbox opened) {
        try {
            update.run(opened);
            return true;
        } catch (KilledException killed) {
            return false;
        } catch (MailboxException failed) {
            // A client is told SYS/TEMP, whichever call it was.
            assertEquals(MailboxException.Kind.UNAVAILABLE, failed.kind(), failed.getMessage());
            return false;
        }
    }

    static MemoryMailStorage memory(MailboxFixture fixture) {
        MailStorage storage = fixture.storage();
        assumeTrue(storage instanceof MemoryMailStorage, "faults need storage in memory");
        return (MemoryMailStorage) storage;
    }
}
