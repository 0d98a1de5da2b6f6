package org.postern.testkit.kill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.memory.Operations;

/**
 * Kills one process after the other, each at an instant of its own, and looks at what the next one
 * finds. How long an update takes is measured by those that were not killed before its end.
 */
public final class KillCampaign implements AutoCloseable {
    // One that is used, and one that starts meanwhile on the other processor.
    private static final int AHEAD = 2;
    // How much the latest update says about how long the next one takes; and one that was killed
    // when it should have been at its end.
    private static final double WEIGHT = 0.4;
    private static final double LONGER = 1.3;
    private static final String REFUSED = VictimProgram.FAILED + MailboxException.Kind.UNAVAILABLE;
    // What is measured before: from these the rest is estimated first.
    private static final long SMALL = 2_000;
    private static final long LARGE = 10_000_000;

    private final KilledFormat format;
    private final VictimCommand program;
    private final Path temporary;
    private final Deque<Victim> victims = new ArrayDeque<>();
    private final Map<String, Double> nanos = new HashMap<>();
    private final Tally tally = new Tally();

    /**
     * What was seen while one was killed.
     *
     * @param ofAgent whether it was not the one that updates the mailbox
     */
    private record Death(List<String> said, boolean ofAgent, int delivered) {
        boolean isExpunged() {
            return said.contains(VictimProgram.EXPUNGED);
        }

        Optional<Double> nanos() {
            return said.stream()
                    .filter(line -> line.startsWith(VictimProgram.DONE))
                    .map(line -> Double.valueOf(line.substring(VictimProgram.DONE.length())))
                    .findFirst();
        }
    }

    private KillCampaign(KilledFormat format, VictimCommand program, Path temporary) {
        this.format = format;
        this.program = program;
        this.temporary = temporary;
    }

    /**
     * @param program a main class that calls {@link VictimProgram#serve} with its first argument
     * @param temporary on the file system that is wanted; everything made there is removed
     */
    public static KillCampaign of(KilledFormat format, Class<?> program, Path temporary)
            throws IOException, InterruptedException {
        return new KillCampaign(format, VictimCommand.prepare(program, temporary), temporary);
    }

    /**
     * Kills as often as told.
     *
     * @param seed another one means other kills
     */
    public Tally run(int kills, long seed) throws Exception {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (String durability : List.of("power", "process")) {
            run(Kill.none(seeds.nextLong(), SMALL, durability));
            run(Kill.none(seeds.nextLong(), LARGE, durability));
        }
        for (int i = 0; i < kills; i++) {
            Kill kill = Kill.of(seeds.nextLong());
            try {
                run(kill);
            } catch (AssertionError | Exception failed) {
                throw new AssertionError(
                        "kill " + i + " of seed " + seed + ": " + describe(kill), failed);
            }
        }
        return tally;
    }

    private static String describe(Kill kill) {
        return String.format(
                "%d messages, %d octets, %d deleted, durability %s, at %.3f, %d and %d deliveries%s",
                kill.corpus().count(),
                kill.octets(),
                kill.deleted().cardinality(),
                kill.durability(),
                kill.instant(),
                kill.deliveries(),
                kill.deliveredAfter(),
                kill.ofAgent() ? ", of the agent if there is one" : "");
    }

    private void run(Kill kill) throws Exception {
        Path directory = Files.createTempDirectory(temporary, "mail");
        format.mail().make(directory, kill.corpus());
        double expected = nanos.computeIfAbsent(kill.kind(), kind -> estimate(kill));
        Death death = death(kill, expected, directory);
        if (death.nanos().isPresent()) {
            double took = death.nanos().get();
            double weight = expected == 0 ? 1 : WEIGHT;
            nanos.put(kill.kind(), expected + weight * (took - expected));
        } else if (kill.isLate()) {
            nanos.put(kill.kind(), expected * LONGER);
        }
        check(kill, death, directory);
        remove(directory);
    }

    private double estimate(Kill kill) {
        double small = nanos.getOrDefault(Kill.kind(kill.durability(), SMALL), 0.0);
        double large = nanos.getOrDefault(Kill.kind(kill.durability(), LARGE), 0.0);
        return small + Math.max(0, large - small) * kill.octets() / LARGE;
    }

    private Death death(Kill kill, double expected, Path directory) throws Exception {
        try (Victim victim = nextVictim()) {
            victim.expect(VictimProgram.READY);
            victim.tell(
                    directory.toString(),
                    kill.durability(),
                    HexFormat.of().formatHex(kill.deleted().toByteArray()));
            victim.expect(VictimProgram.OPENED);
            Optional<ProcessHandle> other =
                    kill.ofAgent() ? format.agent(directory) : Optional.empty();
            try (Agent agent = new Agent(format, directory, kill, expected)) {
                victim.tell("go");
                victim.expect(VictimProgram.EXPUNGING);
                List<String> said = new ArrayList<>();
                if (kill.instant() < Double.POSITIVE_INFINITY) {
                    VictimProgram.park(Duration.ofNanos((long) (kill.instant() * expected)));
                } else {
                    said.add(victim.line());
                    said.add(victim.line());
                }
                said.addAll(other.isPresent() ? victim.kill(other.get()) : victim.kill());
                return new Death(said, other.isPresent(), agent.finish());
            }
        }
    }

    private Victim nextVictim() throws IOException {
        while (victims.size() < AHEAD) {
            victims.add(Victim.start(program, temporary));
        }
        return victims.remove();
    }

    private void check(Kill kill, Death death, Path directory) throws Exception {
        // Whoever lives on and has said neither has told its client nothing.
        if (death.ofAgent() && !death.isExpunged() && !death.said().contains(REFUSED)) {
            throw new AssertionError("without its agent it says " + death.said());
        }
        Trace trace = trace(kill, death, directory);
        boolean unfinished = format.isUnfinished(directory);
        int count = open(kill, directory);
        List<ByteBuffer> messages = format.mail().messages(directory);
        Remains remains = Remains.of(messages, kill.corpus(), kill.deleted(), death.delivered());
        if (count != messages.size()) {
            throw new AssertionError(count + " messages instead of " + messages.size());
        }
        if (death.isExpunged() && remains.deleted() > 0) {
            throw new AssertionError(remains.deleted() + " messages are back");
        }
        if (format.isUnfinished(directory)) {
            throw new AssertionError("what was unfinished still is");
        }
        if (kill.instant() < Double.POSITIVE_INFINITY) {
            tally.add(kill, death.ofAgent(), trace, unfinished, death.delivered());
        }
    }

    private int open(Kill kill, Path directory) throws IOException, MailboxException {
        try (MailStorage storage = format.storage(directory);
                Mailbox mailbox =
                        Operations.finish(
                                format.format(directory, kill.durability())
                                        .open(storage, MailboxBounds.NONE, Optional.empty()),
                                VictimProgram::park)) {
            return mailbox.snapshot().count();
        }
    }

    // Before anybody has mended it.
    private Trace trace(Kill kill, Death death, Path directory) throws IOException {
        if (death.isExpunged()) {
            return Trace.TOLD;
        }
        int left;
        try {
            List<ByteBuffer> messages = format.mail().messages(directory);
            left = Remains.of(messages, kill.corpus(), kill.deleted(), death.delivered()).deleted();
        } catch (AssertionError torn) {
            return Trace.TORN;
        }
        if (left == kill.deleted().cardinality()) {
            return format.isUnfinished(directory) ? Trace.PLANNED : Trace.OLD;
        }
        return left == 0 ? Trace.NEW : Trace.TORN;
    }

    private static void remove(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> below = Files.walk(directory)) {
            all = below.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    @Override
    public void close() {
        victims.forEach(Victim::close);
    }
}
