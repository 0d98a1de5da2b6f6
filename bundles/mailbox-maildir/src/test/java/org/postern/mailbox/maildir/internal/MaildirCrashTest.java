package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.Errno;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.Faults;
import org.postern.testkit.memory.KilledException;
import org.postern.testkit.memory.MemoryMailStorage;

/**
 * A session's update, a delivery after it, and an end at each call: killed before it, killed within
 * it, or its failure, and then with the power lost as well, which may take any name and any sector
 * of a file that was not synced. Another program has moved and deleted messages and synced nothing,
 * as most do.
 */
class MaildirCrashTest {
    private static final int MESSAGES = 10;
    private static final int LATE = MESSAGES;
    private static final int APPENDED = MESSAGES + 1;
    // Even ones are in new, odd ones in cur. 2 and 8 are moved before the session and 4 in it; 7
    // and
    // 8 are deleted by the other program as well.
    private static final List<BitSet> DELETIONS =
            List.of(bits(0, 1, 2, 4, 7, 8), bits(2), bits(4), bits(8));
    private static final int MOST_CALLS = 100;
    private static final int CUTS = 25;
    private static final int CUTS_AFTER_FAILURES = 5;

    /**
     * How far a session came.
     *
     * @param struck whether what was to go wrong has
     */
    private record Progress(boolean expunged, boolean appended, boolean struck) {}

    @Test
    void killedAtAnyCall() throws Exception {
        for (String durability : List.of("power", "process")) {
            assertSurvives(durability, "killed", Faults::killAtAny, Optional.empty());
        }
    }

    @Test
    void killedWithinAnyCall() throws Exception {
        for (String durability : List.of("power", "process")) {
            assertSurvives(durability, "torn", Faults::tearAt, Optional.empty());
        }
    }

    @Test
    void powerlessAtAnyCall() throws Exception {
        for (int seed = 0; seed < CUTS; seed++) {
            assertSurvives("power", "powerless", Faults::killAtAny, Optional.of(seed));
            assertSurvives("power", "powerless within", Faults::tearAt, Optional.of(seed));
        }
    }

    /** What was deleted may come back, but nothing else may go. */
    @Test
    void powerlessWithDurabilityOfProcess() throws Exception {
        for (int seed = 0; seed < CUTS; seed++) {
            assertSurvives("process", "powerless", Faults::killAtAny, Optional.of(seed));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENOSPC", "EDQUOT", "EIO"})
    void failedAtAnyCall(Errno errno) throws Exception {
        assertSurvivesFailure("has " + errno, (faults, n) -> faults.failAny(n, errno));
        assertSurvivesFailure(
                "writes little, " + errno, (faults, n) -> faults.shortWrite(n, 7, errno));
    }

    // Also where the power goes after a failure that the client may not even have been told of.
    private static void assertSurvivesFailure(String how, ObjIntConsumer<Faults> sabotage)
            throws Exception {
        for (String durability : List.of("power", "process")) {
            assertSurvives(durability, how, sabotage, Optional.empty());
        }
        for (int seed = 0; seed < CUTS_AFTER_FAILURES; seed++) {
            assertSurvives("power", how, sabotage, Optional.of(seed));
        }
    }

    private static void assertSurvives(
            String durability,
            String how,
            ObjIntConsumer<Faults> sabotage,
            Optional<Integer> powerCut)
            throws Exception {
        for (BitSet deleted : DELETIONS) {
            assertSurvives(durability, how, sabotage, powerCut, deleted);
        }
    }

    private static void assertSurvives(
            String durability,
            String how,
            ObjIntConsumer<Faults> sabotage,
            Optional<Integer> powerCut,
            BitSet deleted)
            throws Exception {
        for (int n = 1; n < MOST_CALLS; n++) {
            MemoryMaildir account = new MemoryMaildir(Map.of("durability", durability));
            int call = n;
            Progress progress = run(account, deleted, faults -> sabotage.accept(faults, call));
            powerCut.ifPresent(seed -> account.files.losePower(new SplittableRandom(seed)));
            boolean promised = powerCut.isEmpty() || durability.equals("power");
            String when =
                    how
                            + " at "
                            + n
                            + " deleting "
                            + deleted
                            + ", durability "
                            + durability
                            + ", seed "
                            + powerCut;
            assertLeft(account, deleted, progress, promised, powerCut.isPresent(), when);
            if (!progress.struck()) {
                assertTrue(progress.expunged() && progress.appended(), when);
                return;
            }
        }
        throw new AssertionError("the session does not come to its end");
    }

    private static Progress run(MemoryMaildir account, BitSet deleted, Consumer<Faults> sabotage)
            throws MailboxException {
        for (int i = 0; i < MESSAGES; i++) {
            boolean seen = (i & 1) == 1;
            account.put(directory(seen), name(i, seen), message(i));
        }
        account.files.sync();
        moveToCur(account, 2);
        moveToCur(account, 8);
        MemoryMailStorage storage = account.storage();
        boolean expunged = false;
        boolean appended = false;
        try (OpenedMailbox opened =
                OpenedMailbox.open(account, storage, MailboxBounds.NONE, Optional.empty())) {
            moveToCur(account, 4);
            moveToCur(account, 6);
            account.files.remove(entry(7, true));
            account.files.remove(entry(8, true));
            account.put(MailDirectory.NEW, name(LATE, false), message(LATE));
            account.find(MailDirectory.NEW, name(LATE, false)).orElseThrow().sync();
            storage.faults().clear();
            sabotage.accept(storage.faults());
            opened.expunge(deleted);
            expunged = true;
            opened.finish(opened.mailbox().acknowledge());
            opened.finish(opened.mailbox().append(delivery()));
            appended = true;
        } catch (KilledException killed) {
            assertTrue(storage.faults().killed());
        } catch (MailboxException failed) {
            // Told as SYS/TEMP, whatever it was.
            assertEquals(MailboxException.Kind.UNAVAILABLE, failed.kind(), failed.getMessage());
        }
        return new Progress(expunged, appended, storage.faults().struck());
    }

    private static void assertLeft(
            MemoryMaildir account,
            BitSet deleted,
            Progress progress,
            boolean promised,
            boolean powerCut,
            String when)
            throws Exception {
        int[] found = new int[APPENDED + 1];
        try (OpenedMailbox opened = OpenedMailbox.open(account)) {
            for (int i = 0; i < opened.snapshot().count(); i++) {
                found[number(opened.stored(i), when)]++;
            }
        }
        for (int i = 0; i <= APPENDED; i++) {
            boolean must;
            boolean may;
            if (i < MESSAGES) {
                boolean gone = i == 7 || i == 8;
                must = !deleted.get(i) && !gone;
                may = !deleted.get(i) || !(progress.expunged() && promised);
            } else if (i == LATE) {
                // Whoever delivered it did not sync its name either.
                must = !powerCut;
                may = true;
            } else {
                must = progress.appended() && promised;
                may = true;
            }
            assertTrue(found[i] <= 1, "message " + i + " is there twice, " + when);
            assertTrue(found[i] == 1 || !must, "message " + i + " is lost, " + when);
            assertTrue(found[i] == 0 || may, "message " + i + " is back, " + when);
        }
    }

    private static int number(byte[] content, String when) {
        for (int i = 0; i <= APPENDED; i++) {
            if (Arrays.equals(content, message(i))) {
                return i;
            }
        }
        throw new AssertionError("a message that nobody sent is there, " + when);
    }

    private static void moveToCur(MemoryMaildir account, int number) {
        account.files.rename(entry(number, false), entry(number, true));
    }

    private static MailEntry entry(int number, boolean seen) {
        return MemoryMaildir.entry(directory(seen), name(number, seen));
    }

    private static MailDirectory directory(boolean seen) {
        return seen ? MailDirectory.CUR : MailDirectory.NEW;
    }

    private static String name(int number, boolean seen) {
        return 1_000 + number + ".M1P1.host" + (seen ? ":2,S" : "");
    }

    private static byte[] message(int number) {
        return ("Subject: " + number + "\n\n" + "0123456789\n".repeat(number)).getBytes(US_ASCII);
    }

    private static Delivery delivery() {
        return new Delivery(
                Channels.newChannel(new ByteArrayInputStream(message(APPENDED))),
                "sender",
                Instant.EPOCH);
    }

    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        Arrays.stream(set).forEach(bits::set);
        return bits;
    }
}
