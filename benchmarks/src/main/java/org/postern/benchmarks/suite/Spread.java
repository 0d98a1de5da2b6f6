package org.postern.benchmarks.suite;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The median of some values, the least and the greatest. */
record Spread(double median, double least, double greatest) {

    /**
     * @param values at least one
     */
    static Spread of(Collection<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int count = sorted.size();
        double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(count - 1));
    }

    @Override
    public String toString() {
        return number(median) + " [" + number(least) + ".." + number(greatest) + "]";
    }

    /** With as many digits as mean something. */
    static String number(double value) {
        int digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
