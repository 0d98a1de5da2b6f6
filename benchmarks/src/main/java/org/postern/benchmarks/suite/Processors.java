package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What this machine's processors have done since it was started, in ticks (proc(5), stat).
 *
 * @param all of them, idle ones included
 * @param stolen those in which a hypervisor ran something else, while here was something to do
 */
record Processors(long all, long stolen) {
    private static final Path STAT = Path.of("/proc/stat");

    // user nice system idle iowait irq softirq steal; guests are in user and nice.
    private static final int STEAL = 7;

    static Processors now() throws IOException {
        try (var lines = Files.lines(STAT)) {
            return parse(lines.findFirst().orElseThrow(() -> new IOException(STAT + " is empty")));
        }
    }

    /**
     * @param line the first of /proc/stat
     */
    static Processors parse(String line) throws IOException {
        long[] ticks;
        try {
            ticks =
                    Arrays.stream(line.trim().split(" +", -1))
                            .skip(1)
                            .limit(STEAL + 1)
                            .mapToLong(Long::parseLong)
                            .toArray();
        } catch (NumberFormatException wrong) {
            throw new IOException(STAT + " begins with \"" + line + "\"", wrong);
        }
        return new Processors(LongStream.of(ticks).sum(), ticks.length > STEAL ? ticks[STEAL] : 0);
    }

    /** The part of them that was stolen since then, of 1. */
    double stolenSince(Processors then) {
        long ticks = all - then.all;
        return ticks == 0 ? 0 : (double) (stolen - then.stolen) / ticks;
    }
}
