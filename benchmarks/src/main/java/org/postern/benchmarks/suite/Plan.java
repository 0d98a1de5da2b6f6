package org.postern.benchmarks.suite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run is to do.
 *
 * @param parts of the suite, by name
 * @param rounds of each, interleaved over the servers
 * @param seconds that each measurement of a rate lasts
 * @param warm seconds of logins before anything is measured
 * @param driver a program, or empty for our own
 * @param only servers to compare; empty for all
 */
record Plan(
        List<String> parts,
        int rounds,
        double seconds,
        int warm,
        String driver,
        List<String> only,
        Path work,
        Path results,
        Path top) {

    static final String USAGE =
            """
            usage: benchmarks/run [PART[,PART]...] [OPTION VALUE]...
              parts: %s; quick (the first), full (all), table (prints what there is)
              --rounds N       of each part, over all servers in turns (3)
              --seconds N      of each measurement of a rate (2)
              --warm N         seconds of logins before anything is measured (60; quick: 20)
              --servers A,B    of the others (all)
              --driver PATH    another load driver, with the same options and reports (ours)
              --work DIR       where packages, mail and logs are kept (below TMPDIR)
              --results FILE   to which results are added (results.jsonl in DIR)
            """;

    private static final List<String> KEYS =
            List.of(
                    "--rounds",
                    "--seconds",
                    "--warm",
                    "--servers",
                    "--driver",
                    "--work",
                    "--results");

    Plan {
        parts = List.copyOf(parts);
        only = List.copyOf(only);
    }

    /**
     * @param top of this project
     * @throws IllegalArgumentException with what is wrong
     */
    static Plan parse(Path top, List<String> known, List<String> quick, List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            if (KEYS.contains(arguments.get(i)) && i + 1 < arguments.size()) {
                given.put(arguments.get(i), arguments.get(++i));
            } else {
                parts.addAll(List.of(arguments.get(i).split(",", -1)));
            }
        }
        boolean isQuick = parts.isEmpty() || parts.equals(List.of("quick"));
        if (isQuick) {
            parts = new ArrayList<>(quick);
        } else if (parts.equals(List.of("full"))) {
            parts = new ArrayList<>(known);
        }
        for (String part : parts) {
            if (!known.contains(part) && !part.equals("table")) {
                throw new IllegalArgumentException(part + "?");
            }
        }
        Path work =
                Path.of(
                        given.getOrDefault(
                                "--work",
                                System.getProperty("java.io.tmpdir") + "/postern-benchmarks"));
        String only = given.getOrDefault("--servers", "");
        return new Plan(
                parts,
                Integer.parseInt(given.getOrDefault("--rounds", "3")),
                Double.parseDouble(given.getOrDefault("--seconds", isQuick ? "1" : "2")),
                Integer.parseInt(given.getOrDefault("--warm", isQuick ? "20" : "60")),
                given.getOrDefault("--driver", ""),
                only.isEmpty() ? List.of() : List.of(only.split(",", -1)),
                work.toAbsolutePath(),
                Path.of(given.getOrDefault("--results", work + "/results.jsonl")),
                top.toAbsolutePath());
    }
}
