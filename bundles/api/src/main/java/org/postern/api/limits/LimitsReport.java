package org.postern.api.limits;

import java.util.List;

/**
 * How a limits policy stands, for people. No names of users: what was typed as one may be a
 * password.
 *
 * @param figures what is in force and what is counted, in the order in which they are read
 * @param penalised sources that failed logins are held against, the worst first
 */
public record LimitsReport(List<Figure> figures, List<Penalised> penalised) {
    /**
     * One line.
     *
     * @param name a setting's key, or what was counted
     * @param value the number, or how many there are
     * @param bound what is allowed, empty where the value is a setting
     */
    public record Figure(String name, String value, String bound) {}

    /**
     * A source with a penalty.
     *
     * @param source an address, or a network in CIDR notation
     * @param failures how many failures are remembered, as they fade
     * @param penaltyMillis how long an answer to another failure is held back
     * @param state {@code noted}, {@code limited} (few connections) or {@code refused}
     */
    public record Penalised(String source, double failures, long penaltyMillis, String state) {}

    /** Copies the lists. */
    public LimitsReport {
        figures = List.copyOf(figures);
        penalised = List.copyOf(penalised);
    }
}
