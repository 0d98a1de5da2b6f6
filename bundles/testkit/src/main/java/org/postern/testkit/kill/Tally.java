package org.postern.testkit.kill;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Kills that were survived, by the sizes of the mailboxes. Rows of several campaigns can be added
 * up.
 */
public final class Tally {
    // The exponent of ten that the smallest ones are below.
    private static final int SMALLEST = 4;
    private static final long MEGA = 1_000_000;

    private final SortedMap<Integer, Row> rows = new TreeMap<>();

    Tally() {}

    private static final class Row {
        private final int[] traces = new int[Trace.values().length];
        private int kills;
        private int agents;
        private int unfinished;
        private int delivered;
        private long octets;
    }

    void add(Kill kill, boolean ofAgent, Trace trace, boolean unfinished, int delivered) {
        int decade = (int) Math.max(SMALLEST, Math.ceil(Math.log10((double) kill.octets())));
        Row row = rows.computeIfAbsent(decade, any -> new Row());
        row.kills++;
        row.agents += ofAgent ? 1 : 0;
        row.traces[trace.ordinal()]++;
        row.unfinished += unfinished ? 1 : 0;
        row.delivered += delivered;
        row.octets += kill.octets();
    }

    /** Kills in all. */
    public int kills() {
        return rows.values().stream().mapToInt(row -> row.kills).sum();
    }

    /** What the columns of {@link #rows} are. */
    public static String heading() {
        List<String> titles =
                new ArrayList<>(List.of("mailboxes", "octets up to", "kills", "of agents"));
        Arrays.stream(Trace.values()).map(Trace::title).forEach(titles::add);
        titles.addAll(List.of("to be ended", "delivered", "MB"));
        return "| " + String.join(" | ", titles) + " |\n" + "|---".repeat(titles.size()) + "|";
    }

    /**
     * One row for each size.
     *
     * @param name what was killed, for the first column
     */
    public String rows(String name) {
        List<String> lines = new ArrayList<>();
        rows.forEach((decade, row) -> lines.add(line(name, decade, row)));
        return String.join("\n", lines);
    }

    private static String line(String name, int decade, Row row) {
        StringBuilder line = new StringBuilder();
        line.append("| ").append(name).append(" | 1e").append(decade);
        line.append(" | ").append(row.kills).append(" | ").append(row.agents);
        for (int count : row.traces) {
            line.append(" | ").append(count);
        }
        line.append(" | ").append(row.unfinished).append(" | ").append(row.delivered);
        return line.append(" | ").append(row.octets / MEGA).append(" |").toString();
    }
}
