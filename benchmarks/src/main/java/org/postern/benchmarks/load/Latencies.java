package org.postern.benchmarks.load;

import java.util.Arrays;
import java.util.Collection;

/** How long each of many things took. For one thread. */
final class Latencies {
    private long[] nanos = new long[1 << 12];
    private int count;

    void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    int count() {
        return count;
    }

    static Latencies all(Collection<Latencies> parts) {
        Latencies all = new Latencies();
        all.count = parts.stream().mapToInt(Latencies::count).sum();
        all.nanos = new long[all.count];
        int at = 0;
        for (Latencies part : parts) {
            System.arraycopy(part.nanos, 0, all.nanos, at, part.count);
            at += part.count;
        }
        Arrays.sort(all.nanos);
        return all;
    }

    /**
     * In milliseconds, of those that {@link #all} sorted: the one at the rounded place of the
     * percentile, 0 if there is none.
     */
    double percentile(double percent) {
        return count == 0 ? 0 : nanos[(int) (percent / 100 * (count - 1) + 0.5)] / 1e6;
    }

    /** Adds median, 95th and 99th percentile and the worst. */
    void report(Report report, String prefix) {
        report.put(prefix + "p50_ms", percentile(50))
                .put(prefix + "p95_ms", percentile(95))
                .put(prefix + "p99_ms", percentile(99))
                .put(prefix + "max_ms", percentile(100));
    }
}
