package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A server's processes, whatever they fork: their processor time, their memory, and their end.
 * Works with cpuacct of the first version of control groups and with the second version.
 */
final class ControlGroup {
    private static final Path FIRST = Path.of("/sys/fs/cgroup/cpuacct");
    private static final Path SECOND = Path.of("/sys/fs/cgroup");
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int EVERY_MILLIS = 50;

    private final Path directory;

    private ControlGroup(Path directory) {
        this.directory = directory;
    }

    static ControlGroup make(String name) throws IOException {
        Path parent = Files.isDirectory(FIRST) ? FIRST : SECOND;
        Path directory =
                parent.resolve("postern-benchmarks-" + ProcessHandle.current().pid() + "-" + name);
        Files.createDirectory(directory);
        return new ControlGroup(directory);
    }

    Path directory() {
        return directory;
    }

    List<Long> processes() throws IOException {
        return Files.readAllLines(directory.resolve("cgroup.procs")).stream()
                .map(Long::valueOf)
                .toList();
    }

    /** Seconds of processor time since it was made, of ended processes too. */
    double processorSeconds() throws IOException {
        Path nanos = directory.resolve("cpuacct.usage");
        if (Files.exists(nanos)) {
            return Long.parseLong(Files.readString(nanos).strip()) / 1e9;
        }
        for (String line : Files.readAllLines(directory.resolve("cpu.stat"))) {
            if (line.startsWith("usage_usec ")) {
                return Long.parseLong(line.substring(line.indexOf(' ') + 1)) / 1e6;
            }
        }
        throw new IOException("no processor time in " + directory);
    }

    /** KiB of all processes, what several share divided among them. */
    long proportionalKib() throws IOException {
        long sum = 0;
        for (long process : processes()) {
            sum += kib(process, "smaps_rollup", "Pss:");
        }
        return sum;
    }

    /** KiB of the process that holds most. */
    long residentKibOfLargest() throws IOException {
        long most = 0;
        for (long process : processes()) {
            most = Math.max(most, kib(process, "status", "VmRSS:"));
        }
        return most;
    }

    private static long kib(long process, String file, String key) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + process, file))) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException ended) {
            // Then it holds nothing.
        }
        return 0;
    }

    /** Ends all processes, the hard way if they do not go by themselves, and the group. */
    void end() throws IOException, InterruptedException {
        for (boolean force : new boolean[] {false, true}) {
            long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
            signal(force);
            while (!processes().isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(EVERY_MILLIS);
                if (force) {
                    signal(true);
                }
            }
        }
        Files.deleteIfExists(directory);
    }

    private void signal(boolean force) throws IOException {
        for (long process : processes()) {
            Optional<ProcessHandle> handle = ProcessHandle.of(process);
            if (force) {
                handle.ifPresent(ProcessHandle::destroyForcibly);
            } else {
                handle.ifPresent(ProcessHandle::destroy);
            }
        }
    }
}
