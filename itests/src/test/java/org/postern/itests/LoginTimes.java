package org.postern.itests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long two kinds of wrong logins take over the network, and whether they can be told apart: by
 * the difference of their medians with its bootstrap interval, and by Mann and Whitney's test.
 */
public final class LoginTimes {
    private static final int RESAMPLES = 500;

    /** The normal distribution's value for 95 percent. */
    private static final double Z95 = 1.96;

    private final double[] first;
    private final double[] second;
    private final Random random;

    /** Times in milliseconds; as many of each kind. */
    LoginTimes(double[] first, double[] second, Random random) {
        this.first = first.clone();
        this.second = second.clone();
        this.random = random;
    }

    /** A wrong login: a name and a password. */
    public record Wrong(String user, String password) {}

    /**
     * Tries both kinds in turns, which of them first by chance, many at once.
     *
     * @param tries of each kind
     */
    public static LoginTimes measure(
            InetSocketAddress server, Wrong one, Wrong other, int tries, int atOnce, Random random)
            throws Exception {
        double[] first = new double[tries];
        double[] second = new double[tries];
        List<Future<?>> pairs = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        try {
            for (int i = 0; i < tries; i++) {
                int number = i;
                boolean order = random.nextBoolean();
                pairs.add(
                        threads.submit(
                                () -> {
                                    if (order) {
                                        first[number] = millis(server, one);
                                        second[number] = millis(server, other);
                                    } else {
                                        second[number] = millis(server, other);
                                        first[number] = millis(server, one);
                                    }
                                    return null;
                                }));
            }
            for (Future<?> pair : pairs) {
                pair.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return new LoginTimes(first, second, random);
    }

    private static double millis(InetSocketAddress server, Wrong wrong) throws IOException {
        try (PopClient client = new PopClient(server)) {
            client.expectOk(client.line());
            client.ok("USER " + wrong.user());
            long sent = System.nanoTime();
            String reply = client.command("PASS " + wrong.password());
            double took = (System.nanoTime() - sent) / 1e6;
            if (!reply.startsWith("-ERR [AUTH]")) {
                throw new IOException(wrong + ": " + reply);
            }
            return took;
        }
    }

    /**
     * Whether nobody learns which it was: the interval of the difference of the medians comes
     * within this of 0, in milliseconds.
     */
    public boolean alike(double millis) {
        double[] interval = interval();
        return interval[0] < millis && interval[1] > -millis;
    }

    private double[] interval() {
        double[] differences = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            differences[i] = median(resampled(first)) - median(resampled(second));
        }
        Arrays.sort(differences);
        return new double[] {
            differences[RESAMPLES * 25 / 1000], differences[RESAMPLES * 975 / 1000 - 1]
        };
    }

    private double[] resampled(double[] from) {
        double[] sample = new double[from.length];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = from[random.nextInt(from.length)];
        }
        return sample;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** Standard deviations by which the sum of the first's ranks is off; ties do not occur. */
    private double z() {
        double[] sorted = second.clone();
        Arrays.sort(sorted);
        double u = 0;
        for (double value : first) {
            int at = Arrays.binarySearch(sorted, value);
            u += at < 0 ? -at - 1 : at;
        }
        double pairs = (double) first.length * second.length;
        return (u - pairs / 2) / Math.sqrt(pairs * (first.length + second.length + 1) / 12);
    }

    @Override
    public String toString() {
        double[] interval = interval();
        double z = z();
        return String.format(
                Locale.ROOT,
                "%d and %d tries; means %.3f and %.3f ms, medians %.3f and %.3f ms; difference of"
                        + " medians, 95 %% of bootstrap: %.3f to %.3f ms; Mann-Whitney z %.2f%s",
                first.length,
                second.length,
                mean(first),
                mean(second),
                median(first),
                median(second),
                interval[0],
                interval[1],
                z,
                Math.abs(z) < Z95 ? "" : " (more than noise alone has in 95 of 100 cases)");
    }
}
