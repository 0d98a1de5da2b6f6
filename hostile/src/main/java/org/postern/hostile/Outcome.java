package org.postern.hostile;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * One scenario's.
 *
 * @param before the victim's logins undisturbed
 * @param during those while it was attacked
 * @param heap KiB that the server's heap held, collected, before; and with the attack's connections
 *     still standing
 * @param afterwards why a login after it failed; empty if it did not
 */
record Outcome(
        String name,
        Findings findings,
        Samples before,
        Samples during,
        List<OptionalLong> heap,
        String afterwards) {
    private static final int PERCENT = 95;

    /** Beyond twice the undisturbed value, in milliseconds: what people do not notice. */
    private static final double GRACE_MILLIS = 50;

    Outcome {
        heap = List.copyOf(heap);
    }

    private boolean held() {
        return !findings.failed()
                && during.served() > 0
                && during.failures().isEmpty()
                && afterwards.isEmpty();
    }

    private boolean inTime() {
        return during.percentile(PERCENT) < 2 * before.percentile(PERCENT) + GRACE_MILLIS;
    }

    boolean passed() {
        return !findings.attacked() || (held() && inTime());
    }

    /** Whether nothing but time was wrong. */
    boolean late() {
        return findings.attacked() && held() && !inTime();
    }

    static String head() {
        return String.format(
                Locale.ROOT,
                "%-18s %-12s %9s %9s %9s %7s %7s %9s %9s",
                "scenario",
                "",
                "p95 alone",
                "attacked",
                "median",
                "logins",
                "failed",
                "heap, KiB",
                "attacked");
    }

    /** A line of the table, and a line for each check. */
    String table() {
        StringBuilder text = new StringBuilder();
        String verdict = findings.attacked() ? passed() ? "passed" : "FAILED" : "not offered";
        text.append(
                String.format(
                        Locale.ROOT,
                        "%-18s %-12s %9.1f %9.1f %9.1f %7d %7d %9s %9s%n",
                        name,
                        verdict,
                        before.percentile(PERCENT),
                        during.percentile(PERCENT),
                        during.percentile(50),
                        during.served(),
                        during.failures().size(),
                        kib(heap.get(0)),
                        kib(heap.get(1))));
        for (Findings.Check check : findings.checks()) {
            text.append(
                    String.format(
                            "    %-12s %s: %s%n",
                            check.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            check.what(),
                            check.detail()));
        }
        during.failures().stream()
                .distinct()
                .limit(3)
                .forEach(why -> text.append(String.format("    the victim: %s%n", why)));
        if (!afterwards.isEmpty()) {
            text.append(String.format("    afterwards: %s%n", afterwards));
        }
        return text.toString();
    }

    private static String kib(OptionalLong value) {
        return value.isPresent() ? String.valueOf(value.getAsLong()) : "-";
    }
}
