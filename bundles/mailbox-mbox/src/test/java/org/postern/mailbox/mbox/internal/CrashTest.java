package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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
 * mail delivered in between. Whatever happens, the mailbox has the old messages or the new ones,
 * each to the octet, and all that was delivered; and whoever was told of an update finds it done.
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

        void deliver(String message) {
            MemoryFile file =
                    files.mailbox().orElseGet(() -> files.mailbox(files.newFile(new byte[0])));
            file.append(Scans.octets("From x\n" + message + "\n")).sync();
            clock.advance(Duration.ofSeconds(10));
        }

        Mailbox open() throws MailboxException {
            return finish(format.open(storage, MailboxBounds.NONE, Optional.empty()));
        }

        <T> T finish(Operation<T> operation) throws MailboxException {
            return Operations.finish(operation, clock::advance);
        }

        /** Goes wrong at the n-th change from now on, or the n-th call, if there are as many. */
        void arm(End end, int n, Random random) {
            Faults faults = storage.faults();
            faults.clear();
            switch (end) {
                case KILLED -> faults.killAtAny(n);
                case TORN, POWERLESS -> faults.tearAt(n);
                case SHORT -> faults.shortWrite(n, random.nextInt(40), end.errno.orElseThrow());
                default -> faults.failAny(n, end.errno.orElseThrow());
            }
        }

        /** What becomes of a process whose update has ended so, or has come to its end. */
        void crash(End end, Random random) {
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
                files.mailbox().orElseThrow().losePower(random);
                data.losePower(random);
            }
            restart();
        }

        List<String> contents() {
            byte[] octets = files.mailbox().orElseThrow().content();
            return NaiveMbox.contents(octets).stream()
                    .map(message -> new String(message, StandardCharsets.ISO_8859_1))
                    .toList();
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
        long seed = System.nanoTime();
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
            long seed = System.nanoTime();
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
        Random random = new Random(scenario);
        Machine machine = new Machine(durability);
        List<String> all = new ArrayList<>(m.isPresent() ? FEW : messages(random));
        int count = all.size();
        all.forEach(machine::deliver);
        BitSet delete = m.isPresent() ? FIRST_AND_THIRD : some(count, random);
        List<String> left = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!delete.get(i)) {
                left.add(all.get(i));
            }
        }
        Mailbox mailbox = machine.open();
        if (random.nextInt(3) == 0) {
            deliver(machine, message(100, random), all, left);
        }
        // Neighbouring seeds would begin alike.
        random.setSeed(scenario ^ (n + 31L * m.orElse(0)) * 0x9E3779B97F4A7C15L);
        machine.arm(end, n, random);
        boolean done = runs(() -> machine.finish(mailbox.expunge(delete)));
        mailbox.close();
        boolean struck = machine.storage.faults().struck();
        machine.crash(end, random);
        String when =
                end + " at " + n + " and " + m + " of scenario " + scenario + " with " + durability;
        if (random.nextBoolean()) {
            deliver(machine, message(200, random), all, left);
        }
        boolean mendingStruck = false;
        if (m.isPresent()) {
            machine.arm(end, m.getAsInt(), random);
            runs(() -> machine.open().close());
            mendingStruck = machine.storage.faults().struck();
            machine.crash(end, random);
        }
        while (m.isEmpty() && random.nextInt(4) != 0) {
            End next = end.next(durability, random);
            machine.arm(next, 1 + random.nextInt(12), random);
            runs(() -> machine.open().close());
            machine.crash(next, random);
            if (random.nextInt(3) == 0) {
                deliver(machine, message(300 + random.nextInt(100), random), all, left);
            }
        }
        machine.storage.faults().clear();
        machine.open().close();
        List<String> contents = machine.contents();
        if (done) {
            assertEquals(left, contents, when);
        } else {
            assertTrue(contents.equals(left) || contents.equals(all), () -> when + contents);
        }
        MemoryDirectory journals = machine.data.directory(Journals.DIRECTORY).orElseThrow();
        assertEquals(List.of(), journals.names(), when);
        assertEquals(0, journals.openHandles(), when);
        return new Struck(struck, mendingStruck);
    }

    private static void deliver(
            Machine machine, String message, List<String> all, List<String> left) {
        machine.deliver(message);
        all.add(message);
        left.add(message);
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

    // What fails is told as SYS/TEMP, whatever it was.
    private static boolean runs(Action action) {
        try {
            action.run();
            return true;
        } catch (KilledException killed) {
            return false;
        } catch (MailboxException failed) {
            assertEquals(MailboxException.Kind.UNAVAILABLE, failed.kind(), failed.getMessage());
            return false;
        }
    }
}
