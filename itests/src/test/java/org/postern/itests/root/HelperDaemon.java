package org.postern.itests.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * postern-helper as its supervisor starts it: from a copy of root's own, with a helper.conf of the
 * tests' and its log in a file.
 */
final class HelperDaemon {
    private final Path program;
    private final Path conf;
    private final Path output;
    private final Path socket;
    private final Map<String, String> usual = new LinkedHashMap<>();
    private Process process;

    /**
     * @param built the program; it is copied to where root alone writes
     * @param directory where everything of it is put
     */
    HelperDaemon(Path built, Path directory, Map<String, String> settings) throws IOException {
        program = directory.resolve("postern-helper");
        conf = directory.resolve("helper.conf");
        output = directory.resolve("helper.log");
        socket = Files.createDirectories(directory.resolve("run")).resolve("helper.sock");
        Files.copy(built, program);
        usual.put("socket", socket.toString());
        usual.putAll(settings);
        Files.createFile(output);
        configure(Map.of());
    }

    Path program() {
        return program;
    }

    Path socket() {
        return socket;
    }

    /** Writes helper.conf: the tests' usual one, with these changes. */
    void configure(Map<String, String> changes) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>(usual);
        settings.putAll(changes);
        List<String> lines = new ArrayList<>();
        settings.forEach((key, value) -> lines.add(key + " " + value));
        Path draft = conf.resolveSibling("helper.conf.draft");
        Files.write(draft, lines);
        Files.move(draft, conf, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes it and has it read. */
    void reconfigure(Map<String, String> changes) throws Exception {
        configure(changes);
        int before = count("read again");
        Processes.signal("HUP", pid());
        Waiting.until("helper.conf to be read", () -> count("read again") > before);
    }

    private int count(String text) throws IOException {
        return log().split(text, -1).length;
    }

    /** Everything that it has said. */
    String log() throws IOException {
        return Files.readString(output);
    }

    /** Starts it and waits until it says that it serves. */
    void start() throws Exception {
        int before = count("Serving ");
        process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "ulimit -n 4096; exec \"$0\" -c \"$1\"",
                                program.toString(),
                                conf.toString())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        Waiting.until(
                "the helper to listen",
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the helper ended: " + log());
                    }
                    return count("Serving ") > before;
                });
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The monitor's. */
    long pid() {
        return process.pid();
    }

    /** SIGKILL for the monitor, and waits for its end. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for its end. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(Duration.ofSeconds(10).toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the helper does not end");
        }
    }

    /** All processes of it but the monitor, of monitors that have ended too. */
    List<Long> others() throws IOException {
        List<Long> pids = new ArrayList<>(Processes.running(program));
        if (isAlive()) {
            pids.remove(pid());
        }
        return pids;
    }

    /** Processes that have become this user for good. */
    List<Long> agents(long uid) throws IOException {
        List<Long> pids = new ArrayList<>();
        for (long pid : others()) {
            if (Processes.uid(pid) == uid) {
                pids.add(pid);
            }
        }
        return pids;
    }

    /** Sessions whose check is not over. */
    List<Long> sessions() throws IOException {
        List<Long> pids = new ArrayList<>();
        for (long pid : others()) {
            if (Processes.uid(pid) == 0 && Processes.parent(pid) == pid()) {
                pids.add(pid);
            }
        }
        return pids;
    }

    /** Checks under way. */
    List<Long> checkers() throws IOException {
        List<Long> sessions = sessions();
        List<Long> pids = new ArrayList<>();
        for (long pid : others()) {
            if (sessions.contains(Processes.parent(pid))) {
                pids.add(pid);
            }
        }
        return pids;
    }
}
