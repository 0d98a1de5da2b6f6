package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code Suite TOP [PART...] [OPTION VALUE]...}: runs parts of the suite and prints the table of
 * all results that there are. Exit status 0 when it ran, whatever came out; 64 for a command line
 * that makes no sense.
 */
public final class Suite {
    private static final Map<String, Part> PARTS = parts();
    private static final List<String> QUICK = List.of("session", "retr", "huge");

    private Suite() {}

    private static Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("prepare", Bench::prepare);
        parts.put("session", SessionRows::cheap);
        parts.put("hash", SessionRows::dear);
        parts.put("retr", RetrievalRows::small);
        parts.put("huge", RetrievalRows::huge);
        parts.put("open", OpeningRows::mbox);
        parts.put("maildir", OpeningRows::maildir);
        parts.put("dele", DeletionRows::run);
        parts.put("idle", MemoryRows::idle);
        parts.put("helper", HelperRows::run);
        parts.put("connections", MemoryRows::growth);
        parts.put("messages", OpeningRows::growth);
        return parts;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> known = List.copyOf(PARTS.keySet());
        Plan plan;
        try {
            plan =
                    Plan.parse(
                            Path.of(arguments[0]),
                            known,
                            QUICK,
                            Arrays.asList(arguments).subList(1, arguments.length));
        } catch (IllegalArgumentException wrong) {
            System.err.print("benchmarks/run: " + wrong.getMessage() + "\n");
            System.err.printf(Plan.USAGE, String.join(", ", known));
            System.exit(64);
            return;
        }
        Bench bench = new Bench(plan);
        // Also when it is interrupted: nothing that it started stays.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(bench)));
        for (String name : plan.parts()) {
            if (!name.equals("table")) {
                System.err.println(name);
                PARTS.get(name).run(bench);
            }
        }
        print(bench.results());
        System.exit(0);
    }

    private static void print(Results results) throws IOException {
        System.out.print(new Table(results.samples()).markdown());
        results.problems().forEach(problem -> System.out.println("\n" + problem));
    }

    private static void end(Bench bench) {
        try {
            bench.end();
        } catch (IOException | InterruptedException e) {
            System.err.println("benchmarks/run: " + e);
        }
    }
}
