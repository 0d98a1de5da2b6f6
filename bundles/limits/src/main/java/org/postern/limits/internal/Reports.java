package org.postern.limits.internal;

import java.util.ArrayList;
import java.util.List;
import org.postern.api.limits.LimitsReport;
import org.postern.api.limits.LimitsReport.Figure;
import org.postern.api.limits.LimitsReport.Penalised;
import org.postern.api.net.Source;

/** Says how the policy stands. */
final class Reports {
    /** So many sources are shown: a table of thousands tells people nothing more. */
    static final int SHOWN = 100;

    private Reports() {}

    static LimitsReport report(
            LimitsSettings limits, Occupancy occupancy, Penalties penalties, long now) {
        List<Figure> figures = new ArrayList<>();
        counted(figures, "sessions", occupancy.total(), limits.maxSessions());
        counted(
                figures,
                "sessions before login",
                occupancy.beforeLogin(),
                limits.maxSessionsBeforeLogin());
        counted(figures, "sources with a penalty", penalties.sources(), 2 * Penalties.MOST_SOURCES);
        counted(figures, "names with a penalty", penalties.names(), Penalties.MOST_NAMES);
        counted(
                figures,
                "slots kept after their session",
                occupancy.ghosts(now).size(),
                GhostSlots.MOST);
        figures.add(
                new Figure(
                        "memory of these tables, KiB",
                        Long.toString(penalties.octets() >> 10),
                        Long.toString(Penalties.MOST_OCTETS >> 10)));
        settings(figures, limits);
        return new LimitsReport(figures, penalised(limits, penalties, now));
    }

    private static void counted(List<Figure> figures, String name, int value, int bound) {
        figures.add(new Figure(name, Integer.toString(value), Integer.toString(bound)));
    }

    private static void settings(List<Figure> figures, LimitsSettings limits) {
        PenaltySettings rules = limits.penalties();
        setting(figures, "maxSessions", limits.maxSessions());
        setting(figures, "maxSessionsBeforeLogin", limits.maxSessionsBeforeLogin());
        setting(figures, "maxSessionsPerSource", limits.maxSessionsPerSource());
        setting(figures, "maxSessionsPerUser", limits.maxSessionsPerUser());
        setting(figures, "maxSessionsPenalised", rules.sessions());
        setting(figures, "sourcePrefix4", limits.sourceSize().bits4());
        setting(figures, "sourcePrefix6", limits.sourceSize().bits6());
        setting(figures, "minimumSlotSeconds", limits.minimumSlot().toSeconds());
        setting(figures, "maxLoginFailures", limits.maxLoginFailures());
        setting(figures, "penaltyBase", rules.base().toMillis());
        setting(figures, "penaltyFactor", rules.factor());
        setting(figures, "penaltyCeiling", rules.ceiling().toSeconds());
        setting(figures, "penaltyHalfLife", rules.halfLife().toSeconds());
        setting(figures, "exempt networks", limits.exempt().size());
        setting(figures, "maxBadCommands", limits.bounds().maxBadCommands());
        setting(figures, "maxCommands", limits.bounds().maxCommands());
        setting(figures, "maxMessages", limits.bounds().mailbox().maxMessages());
        setting(figures, "maxMailboxBytes", limits.bounds().mailbox().maxOctets());
        setting(figures, "maxOctetsInFlight", limits.serverBounds().maxOctetsInFlight());
        setting(figures, "maxLogLines", limits.serverBounds().maxLogLines());
    }

    private static void setting(List<Figure> figures, String key, Object value) {
        figures.add(new Figure(key, value.toString(), ""));
    }

    private static List<Penalised> penalised(LimitsSettings limits, Penalties penalties, long now) {
        return penalties.sources(now).stream()
                .sorted((one, other) -> Double.compare(other.weight(), one.weight()))
                .limit(SHOWN)
                .map(source -> penalised(limits, source))
                .toList();
    }

    private static Penalised penalised(LimitsSettings limits, Penalties.Weight<Source> source) {
        PenaltySettings rules = limits.penalties();
        String state = rules.guesses(source.weight()) ? "limited" : "noted";
        return new Penalised(
                limits.sourceSize().text(source.of()),
                source.weight(),
                rules.penalty(source.weight()).toMillis(),
                rules.isOver(source.weight()) ? "refused" : state);
    }
}
