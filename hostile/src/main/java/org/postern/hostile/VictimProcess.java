package org.postern.hostile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The {@link Victim}, on its processor, and what it says. */
final class VictimProcess implements AutoCloseable {
    private final Process process;
    private final Thread reader;
    private volatile Samples current = new Samples();

    /**
     * @param arguments of this program, which are the victim's too
     */
    VictimProcess(Options options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (options.cpus().size() > 1) {
            command.addAll(List.of("taskset", "-c", String.valueOf(options.cpus().get(1))));
        }
        command.addAll(
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName()));
        command.addAll(arguments);
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        reader = new Thread(this::read, "victim's words");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                current.add(line);
            }
        } catch (IOException ended) {
            // With the process.
        }
    }

    /** What comes from now on. */
    Samples measure() {
        Samples fresh = new Samples();
        current = fresh;
        return fresh;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
