package org.postern.benchmarks.load;

import java.io.IOException;
import java.util.Arrays;

/** What LIST says of each message. */
final class Sizes {
    private long[] sizes = new long[1 << 10];
    private int count;
    private long sum;

    /** Asks for them and reads them. */
    static Sizes list(Connection connection) throws IOException {
        connection.command("LIST");
        Sizes all = new Sizes();
        while (connection.nextListed()) {
            all.put(connection.number(0), connection.number(connection.afterSpace(0)));
        }
        return all;
    }

    private void put(long message, long octets) throws IOException {
        if (message < 1 || message > Integer.MAX_VALUE / 2) {
            throw new IOException("LIST: message " + message);
        }
        while (message >= sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * sizes.length);
        }
        sizes[(int) message] = octets;
        sum += octets;
        count = Math.max(count, (int) message);
    }

    int count() {
        return count;
    }

    long sum() {
        return sum;
    }

    /** Messages are numbered from 1. */
    long of(int message) {
        return sizes[message];
    }
}
