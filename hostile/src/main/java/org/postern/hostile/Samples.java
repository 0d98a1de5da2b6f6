package org.postern.hostile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long somebody's logins took, and why some failed. For any thread. */
final class Samples {
    private final List<Long> nanos = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /** As {@link Victim} says it. */
    synchronized void add(String line) {
        int space = line.indexOf(' ');
        if (line.endsWith(" ok")) {
            nanos.add(Long.valueOf(line.substring(0, space)));
        } else {
            failures.add(line.substring(space + 1));
        }
    }

    /** In milliseconds; NaN if there was none. */
    synchronized double percentile(int percent) {
        if (nanos.isEmpty()) {
            return Double.NaN;
        }
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1e6;
    }

    synchronized int served() {
        return nanos.size();
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }
}
