package org.postern.testkit.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.Operation;
import org.postern.api.posix.Errno;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.memory.Faults;
import org.postern.testkit.memory.MemoryMailStorage;

/** Calls that fail, processes that are killed, and operations that are given up. */
public interface MailboxFaultContract {
    /** Calls in the longest session here; a loop that gets further has not come to its end. */
    int MANY = 2_000;

    /** What a disk that is broken or full says, and a quota. */
    List<Errno> FAILURES = List.of(Errno.EIO, Errno.ENOSPC, Errno.EDQUOT);

    /** A mailbox that is missing; closed by the test. */
    MailboxFixture mailbox() throws Exception;

    @Test
    default void shortReadsChangeNothing() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            List<byte[]> messages = new ArrayList<>(Mail.troublesome());
            messages.removeIf(message -> message.length > 10_000);
            for (byte[] message : messages) {
                fixture.deliver(message);
            }
            MemoryMailStorage storage = memory(fixture);
            storage.faults().shortReads(1);
            try (OpenedMailbox opened = open(fixture, storage)) {
                opened.assertHolds(messages);
                opened.expunge(Expunging.bits(0));
            }
            Expunging.assertSame(messages.subList(1, messages.size()), fixture.messages());
        }
    }

    @Test
    default void closedOperationReleasesEverything() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(0));
            fixture.deliver(Mail.plain(1));
            MemoryMailStorage storage = memory(fixture);
            giveUp(fixture.format().open(storage, MailboxBounds.NONE, Optional.empty()));
            assertReleased(storage);
            OpenedMailbox opened = open(fixture, storage);
            Mailbox mailbox = opened.mailbox();
            giveUp(mailbox.read(0));
            giveUp(mailbox.check());
            giveUp(mailbox.append(delivery()));
            giveUp(mailbox.expunge(Expunging.bits(0)));
            giveUp(mailbox.acknowledge());
            assertEquals(0, storage.heldLocks());
            opened.close();
            assertReleased(storage);
            Expunging.assertSame(Mail.plain(0, 2), fixture.messages());
        }
    }

    private static void giveUp(Operation<?> operation) {
        operation.close();
        operation.close();
    }

    @Test
    default void idleMailboxHoldsNoLock() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(Mail.plain(0));
            MemoryMailStorage storage = memory(fixture);
            try (OpenedMailbox opened = open(fixture, storage)) {
                assertEquals(0, storage.heldLocks(), "after opening");
                try (MessageContent content = opened.finish(opened.mailbox().read(0))) {
                    OpenedMailbox.drain(content, 64);
                    opened.finish(opened.mailbox().check());
                    assertEquals(0, storage.heldLocks(), "after a message");
                }
            }
            assertReleased(storage);
        }
    }

    @Test
    default void whateverCallFailsEverythingIsReleased() throws Exception {
        for (int n = 1; n < MANY; n++) {
            try (MailboxFixture fixture = mailbox()) {
                for (byte[] message : Mail.plain(0, 5)) {
                    fixture.deliver(message);
                }
                MemoryMailStorage storage = memory(fixture);
                storage.faults().failAny(n, Errno.EIO);
                boolean failed = !runsWholeSession(fixture, storage);
                assertEquals(0, storage.openHandles(), "handles after call " + n + " failed");
                assertEquals(0, storage.heldLocks(), "locks after call " + n + " failed");
                if (!failed && storage.faults().calls().size() < n) {
                    return;
                }
            }
        }
        throw new AssertionError("the session does not come to its end");
    }

    private static boolean runsWholeSession(MailboxFixture fixture, MemoryMailStorage storage)
            throws Exception {
        try (OpenedMailbox opened = open(fixture, storage)) {
            opened.stored(0);
            opened.stored(4);
            opened.finish(opened.mailbox().check());
            opened.finish(opened.mailbox().append(delivery()));
            opened.expunge(Expunging.bits(0, 2));
            opened.finish(opened.mailbox().acknowledge());
            return true;
        } catch (MailboxException | IOException failed) {
            return false;
        }
    }

    @Test
    default void failedUpdateHarmsNoOtherMessage() throws Exception {
        for (Errno errno : FAILURES) {
            Interruption failing =
                    new Interruption("has " + errno, (faults, n) -> faults.failAny(n, errno));
            failing.run(this, Update.EXPUNGE);
            failing.run(this, Update.ACKNOWLEDGE);
            failing.run(this, Update.APPEND);
        }
    }

    @Test
    default void updateWithoutSpaceHarmsNoOtherMessage() throws Exception {
        for (Errno errno : FAILURES) {
            Interruption cut =
                    new Interruption(
                            "writes little and has " + errno,
                            (faults, n) -> faults.shortWrite(n, 7, errno));
            cut.run(this, Update.EXPUNGE);
            cut.run(this, Update.APPEND);
        }
    }

    @Test
    default void killedUpdateHarmsNoOtherMessage() throws Exception {
        Interruption killed = new Interruption("is killed", Faults::killAt);
        killed.run(this, Update.EXPUNGE);
        killed.run(this, Update.ACKNOWLEDGE);
        if (survivesKilledAppend()) {
            killed.run(this, Update.APPEND);
        }
    }

    @Test
    default void updateKilledWithinCallHarmsNoOtherMessage() throws Exception {
        Interruption torn = new Interruption("is torn", Faults::tearAt);
        torn.run(this, Update.EXPUNGE);
        torn.run(this, Update.ACKNOWLEDGE);
        if (survivesKilledAppend()) {
            torn.run(this, Update.APPEND);
        }
    }

    private boolean survivesKilledAppend() throws Exception {
        try (MailboxFixture fixture = mailbox()) {
            return fixture.survivesKilledAppend();
        }
    }

    private static OpenedMailbox open(MailboxFixture fixture, MailStorage storage)
            throws MailboxException {
        return OpenedMailbox.open(fixture, storage, MailboxBounds.NONE, Optional.empty());
    }

    private static void assertReleased(MemoryMailStorage storage) {
        assertEquals(0, storage.openHandles(), "open handles");
        assertEquals(0, storage.heldLocks(), "held locks");
    }

    private static Delivery delivery() {
        return Update.delivery();
    }

    private static MemoryMailStorage memory(MailboxFixture fixture) {
        return Interruption.memory(fixture);
    }
}
