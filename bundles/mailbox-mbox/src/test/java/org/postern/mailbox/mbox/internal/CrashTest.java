package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;
import org.postern.api.posix.Errno;
import org.postern.testkit.memory.Faults;
import org.postern.testkit.memory.KilledException;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryDirectory;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.MemoryPosix;
import org.postern.testkit.memory.Operations;

/**
 * A rewrite that is killed before every single call, torn or without power at each that changes a
 * file, or one of whose calls fails, and its mending, to which any of that happens as well; with
 * mail delivered before each and in between. Whatever happens, the mailbox has the old messages or
 * the new ones, each to the octet, and all that was delivered; and whoever was told of an update
 * finds it done.
 *
 * <p>Who delivers need not sync it, and may die of it. Then there is as much of that mail as the
 * power left, but nothing else in its place, and nothing else is lost with it.
 */
class CrashTest {
    private static final int ROUNDS = 40;

    /** Of what may happen at any call: each of these takes longer. */
    private static final int ROUNDS_OF_ANY_CALL = 8;

    /**
     * What is left has to be moved, in steps of both kinds, by an update and again by its mending.
     */
    private static final List<String> FEW =
            List.of(
                    "Received: 1\n\n" + "one\n".repeat(10),
                    "Received: 2\n\ntwo\n",
                    "\n",
                    "Received: 4\n\n" + "four\n".repeat(20));

    private static final BitSet FIRST_AND_THIRD = BitSet.valueOf(new long[] {0b0101});

    /** A loop that gets further has not come to its end. */
    private static final int MANY = 10_000;

    /** Small, so that small mailboxes have many steps of both kinds. */
    private static final StepSizes TINY = new StepSizes(40, 150, 60);

    /** How it goes wrong. */
    private enum End {
        KILLED(Optional.empty()),
        TORN(Optional.empty()),
        POWERLESS(Optional.empty()),
        FULL(Optional.of(Errno.ENOSPC)),
        OVER_QUOTA(Optional.of(Errno.EDQUOT)),
        BROKEN(Optional.of(Errno.EIO)),
        SHORT(Optional.of(Errno.ENOSPC));

        private static final List<End> OF_PROCESSES =
                Stream.of(values()).filter(end -> end != POWERLESS).toList();

        private final Optional<Errno> errno;

        End(Optional<Errno> errno) {
            this.errno = errno;
        }

        /** Whether the process lives on and tells its client. */
        boolean isToldOf() {
            return errno.isPresent();
        }

        /** What comes after it: the same again, or anything that this durability stands. */
        End next(String durability, Random random) {
            if (random.nextBoolean()) {
                return this;
            }
            List<End> all = durability.equals("power") ? List.of(values()) : OF_PROCESSES;
            return all.get(random.nextInt(all.size()));
        }
    }

    /** A machine with one mailbox. */
    private static final class Machine {
        private final ManualClock clock = new ManualClock();
        private final MemoryFiles files = new MemoryFiles(clock);
        private final MemoryDirectory data =
                new MemoryDirectory(files, () -> this.storage.faults());
        private final ExpectedMail expected = new ExpectedMail();
        private final String durability;
        private MemoryMailStorage storage = MemoryMailStorage.mbox(files);
        private MboxFormat format;

        Machine(String durability) {
            this.durability = durability;
            clock.advance(Duration.ofMillis(10));
            restart();
        }

        void restart() {
            storage = MemoryMailStorage.mbox(files);
            format =
                    new MboxFormat(
                            new MemoryPosix(clock, data),
                            Optional.of(MemoryPosix.DATA),
                            any -> TINY,
                            0,
                            Map.of("durability", durability));
        }

        MemoryFile file() {
            return files.mailbox().orElseGet(() -> files.mailbox(files.newFile(new byte[0])));
        }

        void put(String message, boolean deleted) {
            String octets = "From x\n" + message + "\n";
            expected.add(octets, deleted);
            file().append(Scans.octets(octets)).sync();
            expected.look(file());
            clock.advance(Duration.ofSeconds(10));
        }

        /**
         * Somebody delivers it, in so many writes, and syncs it or not.
         *
         * @param mayDie whether it may be in the middle
         */
        void deliver(String message, boolean mayDie, Random random) {
            String octets = expected.missingLineFeeds() + "From x\n" + message + "\n";
            if (mayDie && random.nextInt(4) == 0) {
                octets = octets.substring(0, 1 + random.nextInt(octets.length()));
            }
            expected.deliver(octets, file());
            for (int from = 0; from < octets.length(); ) {
                int until = Math.min(octets.length(), from + 1 + random.nextInt(400));
                file().append(Scans.octets(octets.substring(from, until)));
                from = until;
            }
            if (random.nextInt(3) == 0) {
                file().sync();
            }
            expected.look(file());
            clock.advance(Duration.ofSeconds(10));
        }

        Mailbox open() throws MailboxException {
            return finish(format.open(storage, MailboxBounds.NONE, Optional.empty()));
        }

        <T> T finish(Operation<T> operation) throws MailboxException {
            return Operations.finish(operation, clock::advance);
        }

        /**
         * Goes wrong at the n-th change from now on, or the n-th call, if there are as many. Mail
         * may be delivered before each call while nobody has locked the mailbox.
         */
        void arm(End end, int n, boolean mayDie, Random random) {
            Faults faults = storage.faults();
            faults.clear();
            faults.after(call -> expected.look(file()));
            faults.before(
                    call -> {
                        if (!file().isLocked() && random.nextInt(20) == 0) {
                            deliver(message(400 + random.nextInt(100), random), mayDie, random);
                        }
                    });
            switch (end) {
                case KILLED -> faults.killAtAny(n);
                case TORN, POWERLESS -> faults.tearAt(n);
                case SHORT -> faults.shortWrite(n, random.nextInt(40), end.errno.orElseThrow());
                default -> faults.failAny(n, end.errno.orElseThrow());
            }
        }

        /** What becomes of a process whose update has ended so, or has come to its end. */
        void crash(End end, Random random, String when) {
            boolean powerless = end == End.POWERLESS;
            if (end.isToldOf() && random.nextBoolean()) {
                if (random.nextBoolean()) {
                    // Its next session finds everything in memory, and the disk works again.
                    storage.faults().clear();
                    return;
                }
                powerless = durability.equals("power");
            }
            if (powerless) {
                expected.losePower(file(), () -> file().losePower(random), when);
                data.losePower(random);
            }
            restart();
        }
    }

    @Test
    void processThatIsKilledLosesNothing() throws Exception {
        crashEverywhere("process", End.KILLED);
        crashEverywhere("process", End.TORN);
    }

    @Test
    void powerThatIsCutLosesNothing() throws Exception {
        crashEverywhere("power", End.POWERLESS);
        crashEverywhere("power", End.TORN);
        crashEverywhere("power", End.KILLED);
    }

    @ParameterizedTest
    @EnumSource(names = {"FULL", "OVER_QUOTA", "BROKEN", "SHORT"})
    void diskThatFailsLosesNothing(End end) throws Exception {
        crashEverywhere("process", end);
        crashEverywhere("power", end);
    }

    private static void crashEverywhere(String durability, End end) throws Exception {
        long seed = Long.getLong("postern.crash.seed", System.nanoTime());
        System.out.println("CrashTest " + durability + " " + end + " seed " + seed);
        Random seeds = new Random(seed);
        int rounds =
                switch (end) {
                    case TORN, POWERLESS -> ROUNDS;
                    default -> ROUNDS_OF_ANY_CALL;
                };
        for (int round = 0; round < rounds; round++) {
            long scenario = seeds.nextLong();
            int n = 1;
            while (crash(durability, end, scenario, n, OptionalInt.empty()).inUpdate()) {
                n++;
                assertTrue(n < MANY, "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void mendingThatEndsTheSameWayLosesNothing(End end) throws Exception {
        for (String durability :
                end == End.POWERLESS ? List.of("power") : List.of("process", "power")) {
            long seed = Long.getLong("postern.crash.seed", System.nanoTime());
            System.out.println("CrashTest mending " + durability + " " + end + " seed " + seed);
            int struck = 0;
            int n = 0;
            Struck last;
            do {
                n++;
                int m = 0;
                do {
                    m++;
                    last = crash(durability, end, seed, n, OptionalInt.of(m));
                    struck += last.inMending() ? 1 : 0;
                    assertTrue(m < MANY, "seed " + seed);
                } while (last.inMending());
            } while (last.inUpdate());
            assertTrue(struck > 0, "seed " + seed);
        }
    }

    /** Whether the calls at which something was to go wrong were made at all. */
    private record Struck(boolean inUpdate, boolean inMending) {}

    /**
     * An update that goes wrong at the n-th change, or call, and its mending.
     *
     * @param m where its first mending goes wrong in the same way; empty: some of them somewhere,
     *     in any way
     */
    private static Struck crash(String durability, End end, long scenario, int n, OptionalInt m)
            throws Exception {
        String when =
                end + " at " + n + " and " + m + " of scenario " + scenario + " with " + durability;
        Random random = new Random(scenario);
        Machine machine = new Machine(durability);
        List<String> messages = m.isPresent() ? FEW : messages(random);
        BitSet delete = m.isPresent() ? FIRST_AND_THIRD : some(messages.size(), random);
        for (int i = 0; i < messages.size(); i++) {
            machine.put(messages.get(i), delete.get(i));
        }
        Mailbox mailbox = machine.open();
        // Neighbouring seeds would begin alike.
        random.setSeed(scenario ^ (n + 31L * m.orElse(0)) * 0x9E3779B97F4A7C15L);
        if (random.nextInt(3) == 0) {
            machine.deliver(message(100, random), false, random);
        }
        machine.arm(end, n, false, random);
        boolean done = runs(machine, () -> machine.finish(mailbox.expunge(delete)));
        mailbox.close();
        boolean struck = machine.storage.faults().struck();
        machine.crash(end, random, when);
        if (random.nextBoolean()) {
            machine.deliver(message(200, random), true, random);
        }
        boolean mendingStruck = false;
        if (m.isPresent()) {
            machine.arm(end, m.getAsInt(), true, random);
            runs(machine, () -> machine.open().close());
            mendingStruck = machine.storage.faults().struck();
            machine.crash(end, random, when);
        }
        while (m.isEmpty() && random.nextInt(4) != 0) {
            End next = end.next(durability, random);
            machine.arm(next, 1 + random.nextInt(12), true, random);
            runs(machine, () -> machine.open().close());
            machine.crash(next, random, when);
            if (random.nextInt(3) == 0) {
                machine.deliver(message(300 + random.nextInt(100), random), true, random);
            }
        }
        machine.storage.faults().clear();
        runs(machine, () -> machine.open().close());
        machine.expected.check(machine.file(), done, when);
        MemoryDirectory journals = machine.data.directory(Journals.DIRECTORY).orElseThrow();
        if (!machine.expected.mayBeForeign()) {
            assertEquals(List.of(), journals.names(), when);
        }
        assertEquals(0, journals.openHandles(), when);
        return new Struck(struck, mendingStruck);
    }

    private static List<String> messages(Random random) {
        int count = 2 + random.nextInt(9);
        return IntStream.range(0, count).mapToObj(i -> message(i, random)).toList();
    }

    private static BitSet some(int count, Random random) {
        BitSet some = new BitSet();
        for (int i = 0; i < count; i++) {
            some.set(i, random.nextBoolean());
        }
        if (some.isEmpty()) {
            some.set(random.nextInt(count));
        }
        return some;
    }

    // Many are alike, and some smaller than the seal.
    private static String message(int number, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "\n";
            case 1 -> "Received: same\n\nsame\n";
            case 2 -> "Received: " + number + "\n\n" + "x\n".repeat(random.nextInt(20));
            default ->
                    "Received: "
                            + number
                            + "\n\n"
                            + ("y" + number + "\n").repeat(random.nextInt(90));
        };
    }

    @FunctionalInterface
    private interface Action {
        void run() throws MailboxException;
    }

    // What fails is told as SYS/TEMP, whatever it was; of a torn delivery the file may be no mbox.
    private static boolean runs(Machine machine, Action action) {
        try {
            action.run();
            return true;
        } catch (KilledException killed) {
            return false;
        } catch (MailboxException failed) {
            if (failed.kind() != MailboxException.Kind.NOT_A_MAILBOX
                    || NaiveMbox.parse(machine.file().content()).isPresent()) {
                assertEquals(MailboxException.Kind.UNAVAILABLE, failed.kind(), failed.getMessage());
            }
            return false;
        }
    }
}
