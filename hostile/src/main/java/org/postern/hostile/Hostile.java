package org.postern.hostile;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * {@code hostile HOST PORT [OPTION...] [SCENARIO...]}: attacks one POP3 server, one way after the
 * other, and prints what became of it. Exit status 0 if it held, 1 if not, 64 for a command line
 * that makes no sense.
 */
public final class Hostile {
    private static final List<Scenario> ALL =
            List.of(
                    new Slowloris(false),
                    new Slowloris(true),
                    new StalledHandshake(true),
                    new StalledHandshake(false),
                    new EndlessLine(false),
                    new EndlessLine(true),
                    new PipelinedNoops(),
                    new Guessing(false),
                    new Guessing(true),
                    new ResetInRetr(),
                    new StalledReaders(),
                    new StlsInjection(),
                    new AuthAbuse(),
                    new ProxyHeaders(),
                    new RandomOctets(),
                    new ConnectFlood(false),
                    new ConnectFlood(true));

    /** A server that has just started is compiled while it serves: not what is compared. */
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    /** After an attack, until what the server still does for it is done. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final Options options;
    private final VictimProcess victim;
    private final Heap heap;

    private Hostile(Options options, VictimProcess victim) {
        this.options = options;
        this.victim = victim;
        this.heap = new Heap(options.pid());
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        List<Scenario> scenarios;
        try {
            options = Options.parse(arguments);
            scenarios = chosen(options.names());
        } catch (IllegalArgumentException wrong) {
            System.err.print("hostile: " + wrong.getMessage() + "\n" + Options.USAGE);
            System.err.print("scenarios:");
            ALL.forEach(scenario -> System.err.print(" " + scenario.name()));
            System.err.println();
            System.exit(64);
            return;
        }
        pin(options);
        boolean held = true;
        try (VictimProcess victim = new VictimProcess(options, List.of(arguments))) {
            Hostile hostile = new Hostile(options, victim);
            TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
            PrintStream out = System.out;
            out.println(Outcome.head());
            for (Scenario scenario : scenarios) {
                Outcome outcome = hostile.run(scenario);
                out.print(outcome.table());
                for (int tries = 1; outcome.late() && tries < options.tries(); tries++) {
                    outcome = hostile.run(scenario);
                    out.print(outcome.table());
                }
                out.flush();
                held &= outcome.passed();
            }
        }
        System.exit(held ? 0 : 1);
    }

    private static List<Scenario> chosen(List<String> names) {
        List<Scenario> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(
                    ALL.stream()
                            .filter(scenario -> scenario.name().equals(name))
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException(name + "?")));
        }
        return chosen.isEmpty() ? ALL : chosen;
    }

    /** All threads of this process to the attackers' processor. */
    private static void pin(Options options) throws IOException, InterruptedException {
        if (options.cpus().size() > 1) {
            new ProcessBuilder(
                            "taskset",
                            "-a",
                            "-p",
                            "-c",
                            String.valueOf(options.cpus().get(0)),
                            String.valueOf(ProcessHandle.current().pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
                    .waitFor();
        }
    }

    private Outcome run(Scenario scenario) throws IOException, InterruptedException {
        OptionalLong heapBefore = heap.live();
        Samples before = victim.measure();
        TimeUnit.NANOSECONDS.sleep(options.time().dividedBy(2).toNanos());
        Findings findings = new Findings();
        Samples during = victim.measure();
        OptionalLong heapDuring;
        long end = System.nanoTime() + options.time().toNanos();
        try (Swarm swarm = new Swarm(options)) {
            try {
                scenario.attack(options, swarm, findings);
                // What is said in a moment is measured as long as the others.
                swarm.run(Duration.ofNanos(end - System.nanoTime()), () -> {});
            } catch (IOException e) {
                findings.check("it can be attacked", false, e);
            }
            if (swarm.failures() > 0) {
                findings.check("this machine had what it takes", false, swarm.failures());
            }
            victim.measure();
            heapDuring = heap.live();
        }
        TimeUnit.NANOSECONDS.sleep(REST.toNanos());
        return new Outcome(
                scenario.name(),
                findings,
                before,
                during,
                List.of(heapBefore, heapDuring),
                looked());
    }

    private String looked() {
        try {
            Session.look(options, new Sources(options.server(), Sources.VICTIMS, 1).next());
            return "";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
