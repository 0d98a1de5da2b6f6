package org.postern.benchmarks.suite;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Postern divided by the best of the others, row by row: medians of the rounds, and in brackets the
 * least and the greatest, of the ratio too, round by round.
 */
final class Table {
    private static final String HEAD =
            "| row | Postern | best other | ratio | must reach | aim | |\n|---|---|---|---|---|---|---|\n";
    private static final String GROWTH_HEAD = "\n| how it grows | | |\n|---|---|---|\n";

    private final Map<String, Map<String, List<Sample>>> samples;

    Table(List<Sample> samples) {
        this.samples =
                samples.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Sample::row,
                                        LinkedHashMap::new,
                                        Collectors.groupingBy(
                                                Sample::server,
                                                LinkedHashMap::new,
                                                Collectors.toList())));
    }

    String markdown() {
        StringBuilder table = new StringBuilder(HEAD);
        for (Row row : Row.values()) {
            lines(row).forEach(table::append);
        }
        StringBuilder growth = new StringBuilder();
        samples.forEach(
                (row, servers) -> {
                    if (isOther(row)) {
                        servers.forEach(
                                (server, values) ->
                                        growth.append(
                                                "| %s | %s | %s |%n"
                                                        .formatted(row, server, spread(values))));
                    }
                });
        return growth.isEmpty() ? table.toString() : table + GROWTH_HEAD + growth;
    }

    private static boolean isOther(String name) {
        for (Row row : Row.values()) {
            if (row.key().equals(name)) {
                return false;
            }
        }
        return true;
    }

    private List<String> lines(Row row) {
        Map<String, List<Sample>> servers = samples.getOrDefault(row.key(), Map.of());
        Optional<List<Sample>> best =
                servers.values().stream()
                        .filter(values -> !values.get(0).ours())
                        .min(Comparator.comparing(values -> spread(values).median(), order(row)));
        List<String> lines = new ArrayList<>();
        servers.forEach(
                (server, values) -> {
                    if (values.get(0).ours()) {
                        lines.add(line(row, server, values, best));
                    }
                });
        return lines;
    }

    private static Comparator<Double> order(Row row) {
        return (a, b) -> row.better(a, b) ? -1 : row.better(b, a) ? 1 : 0;
    }

    private static String line(
            Row row, String server, List<Sample> ours, Optional<List<Sample>> best) {
        Spread judged = best.map(theirs -> ratios(ours, theirs)).orElse(spread(ours));
        String verdict = row.reaches(judged.median(), row.bound()) ? "passed" : "**not**";
        if (row.reaches(judged.median(), row.aim())) {
            verdict = "passed, aim too";
        }
        String kind = server.contains("-") ? server.substring(server.indexOf('-') + 1) : "";
        return "| %s%s | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        row.label(),
                        said(row, kind) ? "" : " (" + kind + ")",
                        spread(ours),
                        best.map(theirs -> theirs.get(0).server() + " " + spread(theirs))
                                .orElse("-"),
                        best.isPresent() ? judged : "-",
                        row.bounded() ? Spread.number(row.bound()) : "-",
                        row.bounded() ? Spread.number(row.aim()) : "-",
                        row.bounded() ? verdict : "-");
    }

    /** Whether the row's label says which of Postern's servers it is of. */
    private static boolean said(Row row, String kind) {
        return kind.equals("mbox") || (kind.equals("maildir") && row.label().contains("Maildir"));
    }

    /** The medians' ratio, and the least and the greatest of the rounds'. */
    private static Spread ratios(List<Sample> ours, List<Sample> theirs) {
        double median = spread(ours).median() / spread(theirs).median();
        List<Double> rounds = new ArrayList<>(List.of(median));
        for (Sample our : ours) {
            for (Sample their : theirs) {
                if (their.round() == our.round()) {
                    rounds.add(our.value() / their.value());
                }
            }
        }
        Spread all = Spread.of(rounds);
        return new Spread(median, all.least(), all.greatest());
    }

    private static Spread spread(List<Sample> values) {
        return Spread.of(values.stream().map(Sample::value).toList());
    }
}
