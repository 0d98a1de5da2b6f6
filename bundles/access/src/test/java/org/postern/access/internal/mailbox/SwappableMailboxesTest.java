package org.postern.access.internal.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postern.access.internal.Services;
import org.postern.access.internal.Waiting;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.testkit.auth.ManualTime;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;

class SwappableMailboxesTest {
    private final ManualTime time = new ManualTime();
    private final SwappableMailboxes mailboxes = new SwappableMailboxes(time::nanos);
    private final List<String> journal = new ArrayList<>();
    private final FakeFormat first = new FakeFormat("first", journal);
    private final FakeFormat second = new FakeFormat("second", journal);
    private final MemoryMailStorage storage =
            MemoryMailStorage.mbox(new MemoryFiles(new ManualClock()));

    private static Map<String, Object> properties(long id, int ranking) {
        return Services.properties(MailboxFormat.NAME, "mbox", id, ranking);
    }

    private void install(FakeFormat format, long id) {
        mailboxes.bindFormat(format, properties(id, 0));
    }

    private void remove(FakeFormat format, long id) {
        mailboxes.unbindFormat(format, properties(id, 0));
    }

    private void swap() {
        remove(first, 1);
        install(second, 2);
    }

    private Operation<Mailbox> opening() {
        return mailboxes.open(storage, MailboxBounds.NONE);
    }

    private Mailbox open() throws MailboxException {
        install(first, 1);
        Mailbox mailbox = done(opening());
        journal.clear();
        return mailbox;
    }

    private static <T> T done(Operation<T> operation) throws MailboxException {
        Step<T> step = operation.advance();
        if (step instanceof Step.Done<T> done) {
            return done.result();
        }
        throw new AssertionError("waits");
    }

    private static <T> Duration waits(Operation<T> operation) throws MailboxException {
        return assertInstanceOf(Step.Wait.class, operation.advance()).duration();
    }

    private static MailboxException fails(Kind kind, Operation<?> operation) {
        MailboxException failed = assertThrows(MailboxException.class, operation::advance);
        assertEquals(kind, failed.kind());
        return failed;
    }

    private void assertJournal(String... entries) {
        assertEquals(List.of(entries), journal);
        journal.clear();
    }

    private static BitSet all() {
        BitSet all = new BitSet();
        all.set(0, 3);
        return all;
    }

    @Test
    void withoutASwapEverythingGoesToTheOneFormat() throws Exception {
        Mailbox mailbox = open();
        done(mailbox.read(1)).close();
        done(mailbox.check());
        assertEquals(3, done(mailbox.expunge(all())).deleted());
        done(mailbox.acknowledge());
        mailbox.close();
        assertJournal(
                "first read 1",
                "first check",
                "first expunge {0, 1, 2}",
                "first acknowledge",
                "first close mailbox");
    }

    @Test
    void afterASwapTheNextOperationReopensVerifiesAndGoesOn() throws Exception {
        Mailbox mailbox = open();
        MailboxSnapshot snapshot = mailbox.snapshot();
        swap();
        assertJournal();
        done(mailbox.check());
        assertJournal("first close mailbox", "second resume", "second check");
        assertSame(snapshot, mailbox.snapshot());
        done(mailbox.check());
        assertJournal("second check");
        mailbox.close();
        assertEquals(0, first.open + second.open);
    }

    @Test
    void messagesAreOpenedAheadByTheFormatThatIsInstalledNow() throws Exception {
        Mailbox mailbox = open();
        assertEquals(2, done(mailbox.readAhead(List.of(2, 0))).size());
        swap();
        assertEquals(1, done(mailbox.readAhead(List.of(1))).size());
        assertJournal(
                "first read ahead [2, 0]",
                "first close mailbox",
                "second resume",
                "second read ahead [1]");
        assertThrows(IndexOutOfBoundsException.class, () -> mailbox.readAhead(List.of(3)));
    }

    @Test
    void aFormatOfHigherRankingTakesOver() throws Exception {
        Mailbox mailbox = open();
        mailboxes.bindFormat(second, properties(2, 5));
        done(mailbox.check());
        assertJournal("first close mailbox", "second resume", "second check");
        mailboxes.updatedFormat(second, properties(2, -5));
        done(mailbox.check());
        assertJournal("second close mailbox", "first resume", "first check");
    }

    @Test
    void contentGivenOutStaysReadableThroughASwap() throws Exception {
        Mailbox mailbox = open();
        try (var content = done(mailbox.read(0))) {
            swap();
            done(mailbox.check());
            assertEquals(0, content.remaining());
        }
    }

    @Test
    void whileThereIsNoFormatAnOperationWaitsUpToTenSeconds() throws Exception {
        Mailbox mailbox = open();
        remove(first, 1);
        Operation<Void> check = mailbox.check();
        assertEquals(Duration.ofMillis(50), waits(check));
        assertJournal("first close mailbox");
        time.advance(Duration.ofMillis(9_900));
        waits(check);
        install(second, 2);
        done(check);
        assertJournal("second resume", "second check");
    }

    @Test
    void afterTenSecondsItIsOutOfOrderAndTheNextOperationTriesAgain() throws Exception {
        Mailbox mailbox = open();
        remove(first, 1);
        Operation<Void> check = mailbox.check();
        waits(check);
        time.advance(Duration.ofSeconds(10));
        assertTrue(fails(Kind.UNAVAILABLE, check).getMessage().contains("mbox"));
        waits(mailbox.check());
        install(second, 2);
        done(mailbox.check());
        mailbox.close();
        assertEquals(0, first.open + second.open);
    }

    @Test
    void openingWaitsForAFormatToo() throws Exception {
        Operation<Mailbox> opening = opening();
        waits(opening);
        install(first, 1);
        done(opening).close();
        Operation<Mailbox> vain =
                mailboxes.open(
                        MemoryMailStorage.maildir(new MemoryFiles(new ManualClock())),
                        MailboxBounds.NONE);
        waits(vain);
        time.advance(Duration.ofSeconds(10));
        fails(Kind.UNAVAILABLE, vain);
    }

    @Test
    void anOpeningHalfDoneIsGivenUpForTheNextFormat() throws Exception {
        install(first, 1);
        first.turns.add(FakeFormat.WAIT);
        Operation<Mailbox> opening = opening();
        assertEquals(Duration.ofMillis(100), waits(opening));
        swap();
        done(opening).close();
        assertJournal("first open", "first give up open", "second open", "second close mailbox");
    }

    @Test
    void anOpeningGivenUpReleasesWhatItHolds() throws Exception {
        install(first, 1);
        first.turns.add(FakeFormat.WAIT);
        Operation<Mailbox> opening = opening();
        waits(opening);
        opening.close();
        opening.close();
        assertJournal("first open", "first give up open");
    }

    @Test
    void anOperationWaitingForALockIsReleasedAndBegunAnew() throws Exception {
        Mailbox mailbox = open();
        first.turns.add(FakeFormat.WAIT);
        Operation<?> read = mailbox.read(2);
        waits(read);
        swap();
        done(read);
        assertJournal(
                "first read 2",
                "first give up read 2",
                "first close mailbox",
                "second resume",
                "second read 2");
    }

    @Test
    void aSwapDuringTheReopeningReopensAgain() throws Exception {
        Mailbox mailbox = open();
        swap();
        second.turns.add(FakeFormat.WAIT);
        Operation<Void> check = mailbox.check();
        waits(check);
        remove(second, 2);
        waits(check);
        install(first, 3);
        done(check);
        assertJournal(
                "first close mailbox",
                "second resume",
                "second give up resume",
                "first resume",
                "first check");
    }

    @Test
    void aReopeningThatAnOperationLeftHalfDoneIsGoneOnWithByTheNext() throws Exception {
        Mailbox mailbox = open();
        swap();
        second.turns.add(FakeFormat.WAIT);
        try (Operation<Void> check = mailbox.check()) {
            waits(check);
        }
        done(mailbox.acknowledge());
        assertJournal(
                "first close mailbox", "second resume", "second resume", "second acknowledge");
        mailbox.close();
        assertEquals(0, second.open);
    }

    @Test
    void closingGivesUpAReopening() throws Exception {
        Mailbox mailbox = open();
        swap();
        second.turns.add(FakeFormat.WAIT);
        waits(mailbox.check());
        mailbox.close();
        mailbox.close();
        assertJournal("first close mailbox", "second resume", "second give up resume");
        fails(Kind.UNAVAILABLE, mailbox.check());
    }

    @Test
    void leavingWaitsForTheStepInFlightAndNotForTheSession() throws Exception {
        Mailbox mailbox = open();
        List<Waiting> leaving = new ArrayList<>();
        first.turns.add(
                () -> {
                    leaving.add(Waiting.start(() -> remove(first, 1)));
                    journal.add("still in the call");
                    return true;
                });
        Operation<Void> check = mailbox.check();
        waits(check);
        leaving.get(0).join();
        assertJournal("first check", "still in the call");
        assertEquals(1, first.open, "the session still has it");
        mailbox.close();
    }

    @Test
    void anExpungeGoesOnToItsEndOnTheFormatThatBeganIt() throws Exception {
        Mailbox mailbox = open();
        first.turns.add(FakeFormat.WAIT);
        first.turns.add(FakeFormat.WAIT);
        Operation<Expunged> expunge = mailbox.expunge(all());
        waits(expunge);
        Waiting leaving = Waiting.start(() -> remove(first, 1));
        install(second, 2);
        waits(expunge);
        assertEquals(3, done(expunge).deleted());
        leaving.join();
        assertJournal(
                "first expunge {0, 1, 2}", "first expunge {0, 1, 2}", "first expunge {0, 1, 2}");
    }

    /**
     * The snapshot holds messages that are gone: to resume from it would find a changed mailbox.
     */
    @Test
    void whatFollowsAnExpungeGoesToTheSameFormatEvenIfThatHasLeft() throws Exception {
        Mailbox mailbox = open();
        done(mailbox.expunge(all()));
        swap();
        done(mailbox.acknowledge());
        mailbox.close();
        assertJournal("first expunge {0, 1, 2}", "first acknowledge", "first close mailbox");
    }

    @Test
    void anExpungeNotBegunGoesToTheNewFormat() throws Exception {
        Mailbox mailbox = open();
        BitSet chosen = all();
        Operation<Expunged> expunge = mailbox.expunge(chosen);
        chosen.clear();
        swap();
        assertEquals(3, done(expunge).deleted());
        assertJournal("first close mailbox", "second resume", "second expunge {0, 1, 2}");
    }

    @Test
    void anExpungeGivenUpKeepsNobodyFromLeaving() throws Exception {
        Mailbox mailbox = open();
        first.turns.add(FakeFormat.WAIT);
        Operation<Expunged> expunge = mailbox.expunge(all());
        waits(expunge);
        Waiting leaving = Waiting.start(() -> remove(first, 1));
        expunge.close();
        expunge.close();
        leaving.join();
        assertJournal("first expunge {0, 1, 2}", "first give up expunge {0, 1, 2}");
    }

    @Test
    void anExpungeThatFailsKeepsNobodyFromLeavingAndIsNotRepeated() throws Exception {
        Mailbox mailbox = open();
        first.turns.add(FakeFormat.WAIT);
        first.turns.add(
                () -> {
                    throw new MailboxException(Kind.IN_USE, "locked");
                });
        Operation<Expunged> expunge = mailbox.expunge(all());
        waits(expunge);
        Waiting leaving = Waiting.start(() -> remove(first, 1));
        install(second, 2);
        fails(Kind.IN_USE, expunge);
        leaving.join();
        done(mailbox.check());
        assertJournal(
                "first expunge {0, 1, 2}",
                "first expunge {0, 1, 2}",
                "first close mailbox",
                "second resume",
                "second check");
    }

    @Test
    void anAppendGoesOnToItsEndAndTheMailboxCanBeResumedAfterIt() throws Exception {
        Mailbox mailbox = open();
        first.turns.add(FakeFormat.WAIT);
        Delivery delivery =
                new Delivery(
                        Channels.newChannel(new ByteArrayInputStream(new byte[0])),
                        "",
                        Instant.EPOCH);
        Operation<Void> append = mailbox.append(delivery);
        waits(append);
        Waiting leaving = Waiting.start(() -> remove(first, 1));
        install(second, 2);
        done(append);
        leaving.join();
        done(mailbox.check());
        assertJournal(
                "first append",
                "first append",
                "first close mailbox",
                "second resume",
                "second check");
    }

    @Test
    void onceChangedItStaysChangedWhicheverFormatLooks() throws Exception {
        Mailbox mailbox = open();
        first.turns.add(
                () -> {
                    throw new MailboxException(Kind.CHANGED, "shorter than it was");
                });
        fails(Kind.CHANGED, mailbox.check());
        swap();
        assertEquals(
                "shorter than it was", fails(Kind.CHANGED, mailbox.expunge(all())).getMessage());
        fails(Kind.CHANGED, mailbox.read(0));
        assertJournal("first check");
    }

    @Test
    void aNewFormatThatFindsItChangedEndsIt() throws Exception {
        Mailbox mailbox = open();
        swap();
        second.turns.add(
                () -> {
                    throw new MailboxException(Kind.CHANGED, "changed");
                });
        fails(Kind.CHANGED, mailbox.check());
        fails(Kind.CHANGED, mailbox.expunge(all()));
        assertJournal("first close mailbox", "second resume");
    }

    @Test
    void aNewFormatThatShowsOtherMessagesIsNotBelieved() throws Exception {
        Mailbox mailbox = open();
        second.messages = 2;
        swap();
        fails(Kind.CHANGED, mailbox.expunge(all()));
        assertJournal("first close mailbox", "second resume", "second close mailbox");
        assertEquals(0, second.open);
    }

    @Test
    void aReopeningThatFailsForNowIsTriedAgain() throws Exception {
        Mailbox mailbox = open();
        swap();
        second.turns.add(
                () -> {
                    throw new MailboxException(Kind.IN_USE, "locked");
                });
        fails(Kind.IN_USE, mailbox.check());
        done(mailbox.check());
        assertJournal("first close mailbox", "second resume", "second resume", "second check");
    }

    @Test
    void whatAFormatThrowsUnforeseenIsOutOfOrderAndClosed() throws Exception {
        Mailbox mailbox = open();
        first.turns.add(
                () -> {
                    throw new NoClassDefFoundError("of a bundle that left");
                });
        fails(Kind.UNAVAILABLE, mailbox.check());
        first.turns.add(
                () -> {
                    throw new IllegalStateException();
                });
        fails(Kind.UNAVAILABLE, mailbox.expunge(all()));
        assertJournal(
                "first check",
                "first give up check",
                "first expunge {0, 1, 2}",
                "first give up expunge {0, 1, 2}");
    }

    @Test
    void thereIsNoMessageBesideTheSnapshots() throws Exception {
        Mailbox mailbox = open();
        assertThrows(IndexOutOfBoundsException.class, () -> mailbox.read(3));
        assertThrows(IndexOutOfBoundsException.class, () -> mailbox.read(-1));
    }
}
