package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.api.config.Settings;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.testkit.memory.Faults;
import org.postern.testkit.memory.KilledException;
import org.postern.testkit.memory.LogLines;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryDirectory;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.MemoryPosix;
import org.postern.testkit.memory.Operations;

/**
 * A rewrite that is stopped at each call that changes a file, and an octet of its journal that is
 * another one then, or a journal that is cut. Either the journal is refused, and nobody touches the
 * mailbox, or the rewrite comes to its right end.
 */
class DamagedJournalTest {
    private static final int ROUNDS = 24;

    private static final int DAMAGES = 12;

    /** A loop that gets further has not come to its end. */
    private static final int MANY = 10_000;

    private static final int PAGE = 4096;

    private static final StepSizes TINY = new StepSizes(40, 150, 60);

    private static final String NEW = "From new\nReceived: new\n\nnew\n\n";

    /** How the rewrite is stopped. */
    private enum Stop {
        BEFORE_CALL,
        IN_CALL,
        POWER
    }

    // Shared by all machines, for making one takes longer than a rewrite.
    private final BlockBuffers buffers = new BlockBuffers();

    private long seed;

    /** A mailbox and its rewrite, and whoever finds them. */
    private final class Machine {
        private final ManualClock clock = new ManualClock();
        private final MemoryFiles files = new MemoryFiles(clock);
        private final MemoryDirectory data =
                new MemoryDirectory(files, () -> this.storage.faults());
        private final LogLines log = new LogLines();
        private final MboxSettings settings;
        private MemoryMailStorage storage = MemoryMailStorage.mbox(files);
        private MboxContext context;

        Machine(String durability) {
            settings =
                    MboxSettings.parse(
                            Settings.of(MboxFormat.PID, Map.of("durability", durability)));
            clock.advance(Duration.ofMillis(10));
            files.mailbox(files.newFile(new byte[0]));
            restart();
        }

        void restart() {
            storage = MemoryMailStorage.mbox(files);
            MemoryPosix posix = new MemoryPosix(clock, data);
            context =
                    new MboxContext(
                            settings,
                            posix,
                            buffers,
                            ScanAides.NONE,
                            new KnownMailboxes(posix),
                            new IndexFiles(posix, Optional.empty()),
                            new ImapBases(posix, Optional.empty()),
                            new Journals(posix, Optional.of(MemoryPosix.DATA), log.logger()),
                            TINY,
                            0);
        }

        void put(String octets) {
            files.mailbox().orElseThrow().append(Scans.octets(octets)).sync();
            clock.advance(Duration.ofSeconds(10));
        }

        Mailbox open() throws MailboxException {
            return Operations.finish(
                    new TaskOperation<>(
                            new Opening(storage, MailboxBounds.NONE, context), new Validity()),
                    clock);
        }

        /** False if there is no n-th change at which it could be stopped. */
        boolean stop(BitSet delete, Stop stop, int n, Random random) throws Exception {
            try (Mailbox mailbox = open()) {
                Faults faults = storage.faults();
                faults.clear();
                if (stop == Stop.BEFORE_CALL) {
                    faults.killAt(n);
                } else {
                    faults.tearAt(n);
                }
                Operations.finish(mailbox.expunge(delete), clock);
                return false;
            } catch (KilledException killed) {
                if (stop == Stop.POWER) {
                    files.mailbox().orElseThrow().losePower(random);
                    data.losePower(random);
                }
                return true;
            }
        }

        String text() {
            return ExpectedMail.text(files.mailbox().orElseThrow());
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesNoMail(Stop stop) throws Exception {
        seed = Long.getLong("postern.crash.seed", System.nanoTime());
        System.out.println("DamagedJournalTest " + stop + " seed " + seed);
        Random seeds = new Random(seed);
        int refused = 0;
        int used = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long scenario = seeds.nextLong();
            int n = 0;
            Found found;
            do {
                n++;
                found = damage(stop, scenario, n);
                refused += found.refused();
                used += found.used();
                assertTrue(n < MANY, "seed " + seed);
            } while (found.stopped());
        }
        assertTrue(refused > 0 && used > 0, refused + " and " + used + ", seed " + seed);
    }

    /**
     * What became of damaged journals.
     *
     * @param stopped whether there was an n-th change at all
     */
    private record Found(boolean stopped, int refused, int used) {}

    private Found damage(Stop stop, long scenario, int n) throws Exception {
        Random random = new Random(scenario);
        Machine machine =
                new Machine(stop == Stop.POWER || random.nextBoolean() ? "power" : "process");
        int count = 2 + random.nextInt(8);
        BitSet delete = new BitSet();
        delete.set(random.nextInt(count));
        StringBuilder left = new StringBuilder();
        for (int i = 0; i < count; i++) {
            // Where those that go are small, the journal holds what moves.
            int lines = random.nextBoolean() ? 4 : 90;
            String message =
                    "From x\nReceived: "
                            + i
                            + "\n\n"
                            + ("y" + i + "\n").repeat(random.nextInt(lines))
                            + "\n";
            machine.put(message);
            if (random.nextInt(3) == 0) {
                delete.set(i);
            }
            left.append(delete.get(i) ? "" : message);
        }
        // Neighbouring seeds would begin alike.
        random.setSeed(scenario ^ n * 0x9E3779B97F4A7C15L);
        if (!machine.stop(delete, stop, n, random)) {
            return new Found(false, 0, 0);
        }
        MemoryDirectory journals = machine.data.directory(Journals.DIRECTORY).orElseThrow();
        if (journals.names().isEmpty() || journals.names().get(0).startsWith(".new-")) {
            return new Found(true, 0, 0);
        }
        if (random.nextBoolean()) {
            machine.put(NEW);
            left.append(NEW);
        }
        String where = "seed " + seed + ", " + stop + " at " + n + " of scenario " + scenario;
        return damage(machine, journals, left.toString(), random, where);
    }

    private static Found damage(
            Machine machine, MemoryDirectory journals, String left, Random random, String where)
            throws Exception {
        String name = journals.names().get(0);
        byte[] journal = journals.only().content();
        String torn = machine.text();
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            int place = place(journal.length, random);
            boolean cut = random.nextInt(4) == 0;
            byte[] damaged = Arrays.copyOf(journal, cut ? place : journal.length);
            if (!cut) {
                damaged[place] ^= (byte) (1 + random.nextInt(255));
            }
            String when = where + (cut ? ", cut at " : ", changed at ") + place;
            MemoryFile file = journals.put(name, journals.only()).content(damaged);
            machine.files.mailbox().orElseThrow().content(Scans.octets(torn));
            machine.restart();
            machine.log.take();
            open(machine, when);
            List<String> errors =
                    machine.log.take().stream().filter(line -> line.startsWith("error ")).toList();
            if (journals.names().isEmpty()) {
                assertEquals(left, machine.text(), when);
                assertEquals(List.of(), errors, when);
                journals.put(name, file);
            } else {
                assertEquals(List.of(name + ".aside"), journals.names(), when);
                assertEquals(torn, machine.text(), when);
                assertArrayEquals(damaged, file.content(), when);
                assertEquals(1, errors.size(), () -> when + ": " + errors);
                refused++;
            }
            assertEquals(0, journals.openHandles(), when);
        }
        return new Found(true, refused, DAMAGES - refused);
    }

    // What the crash had left need not be an mbox.
    private static void open(Machine machine, String when) {
        try {
            machine.open().close();
        } catch (MailboxException refused) {
            assertEquals(MailboxException.Kind.NOT_A_MAILBOX, refused.kind(), when);
            assertTrue(NaiveMbox.parse(Scans.octets(machine.text())).isEmpty(), when);
        }
    }

    // Its parts are a page each, or some, and most of a page says nothing. The journal's octets are
    // not asked, for its seal is another one each time.
    private static int place(int length, Random random) {
        int page = random.nextInt((length + PAGE - 1) / PAGE) * PAGE;
        int place =
                switch (random.nextInt(4)) {
                    case 0 -> random.nextInt(PAGE);
                    case 1 -> PAGE / 2 + random.nextInt(80);
                    default -> random.nextInt(120);
                };
        return page + place % Math.min(PAGE, length - page);
    }
}
