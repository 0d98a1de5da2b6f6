package org.postern.api.auth.queue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.postern.api.net.Source;

/**
 * Which sources logged in or failed of late. The two are remembered apart, so that no flood of
 * failures makes good sources forgotten: whoever wants them out of their table needs as many
 * sources with a right password. For one thread.
 */
final class Standings {
    /** Of each kind, the latest ones: with their tables some 2 MiB. */
    static final int MOST = 8_192;

    /** A source that logs in may mistype: an office behind one address is many people. */
    static final int FORGIVEN = 2;

    /** Each fades in a minute. Ten: the worst is forgotten after ten quiet minutes. */
    static final int MOST_FAILURES = 10;

    static final Duration FAILURE_FADES = Duration.ofMinutes(1);

    /** Mail programs come back more often than this. */
    static final Duration GOOD_LASTS = Duration.ofHours(1);

    private final LongSupplier nanos;
    private final Map<Source, Long> good = new LinkedHashMap<>();
    private final Map<Source, Failures> failed = new LinkedHashMap<>();

    private record Failures(int count, long last) {
        int left(long now) {
            long faded = (now - last) / FAILURE_FADES.toNanos();
            return (int) Math.max(0, count - faded);
        }
    }

    Standings(LongSupplier nanos) {
        this.nanos = nanos;
    }

    Standing of(Source source) {
        long now = nanos.getAsLong();
        Failures failures = failed.get(source);
        int count = failures == null ? 0 : failures.left(now);
        Long loggedIn = good.get(source);
        if (loggedIn != null && now - loggedIn < GOOD_LASTS.toNanos() && count <= FORGIVEN) {
            return Standing.GOOD;
        }
        return count == 0 ? Standing.UNKNOWN : Standing.FAILED;
    }

    void note(Source source, CheckResult result) {
        long now = nanos.getAsLong();
        if (result == CheckResult.ACCEPTED) {
            keepLatest(good, source, now);
        } else if (result == CheckResult.DECLINED) {
            Failures before = failed.getOrDefault(source, new Failures(0, now));
            int count = Math.min(MOST_FAILURES, before.left(now) + 1);
            keepLatest(failed, source, new Failures(count, now));
        }
    }

    /** How many sources are remembered. */
    int entries() {
        return good.size() + failed.size();
    }

    private static <V> void keepLatest(Map<Source, V> table, Source source, V value) {
        table.remove(source);
        table.put(source, value);
        if (table.size() > MOST) {
            table.remove(table.keySet().iterator().next());
        }
    }
}
