package org.postern.testkit.kill;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link VictimProgram} that runs; started ahead of its use. */
final class Victim implements AutoCloseable {
    private final Process process;
    private final Path errors;
    private final BufferedReader output;
    private final BufferedWriter input;

    private Victim(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        this.input =
                new BufferedWriter(
                        new OutputStreamWriter(
                                process.getOutputStream(), StandardCharsets.US_ASCII));
    }

    /** Starts it, with a scratch directory of its own. */
    static Victim start(VictimCommand command, Path temporary) throws IOException {
        Path scratch = Files.createTempDirectory(temporary, "victim");
        Path errors = scratch.resolve("errors");
        return new Victim(
                new ProcessBuilder(command.with(scratch)).redirectError(errors.toFile()).start(),
                errors);
    }

    void tell(String... lines) throws IOException {
        for (String line : lines) {
            input.write(line + "\n");
        }
        input.flush();
    }

    void expect(String expected) throws IOException {
        String line = output.readLine();
        if (!expected.equals(line)) {
            if (line == null) {
                process.onExit().join();
            }
            throw new AssertionError(
                    "instead of "
                            + expected
                            + " the victim says "
                            + line
                            + Files.readString(errors));
        }
    }

    /** The next line; empty once it has ended. */
    String line() throws IOException {
        String line = output.readLine();
        return line == null ? "" : line;
    }

    /** SIGKILL; answers what it had said and nobody had read. */
    List<String> kill() throws IOException {
        // By its handle, which leaves open what it has said; Process itself would close that.
        process.toHandle().destroyForcibly();
        return rest();
    }

    /** SIGKILL for another process that it needs; answers what it says until it has ended. */
    List<String> kill(ProcessHandle other) throws IOException {
        other.destroyForcibly();
        input.close();
        return rest();
    }

    private List<String> rest() throws IOException {
        List<String> rest = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            rest.add(line);
        }
        process.onExit().join();
        return rest;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
