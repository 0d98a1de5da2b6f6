package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Other programs, run to their end. */
final class Commands {
    private Commands() {}

    /**
     * @throws IOException with what it said, if it fails
     */
    static void run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile("benchmarks", ".log");
        try {
            int status =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(said.toFile())
                            .start()
                            .waitFor();
            if (status != 0) {
                throw new IOException(
                        String.join(" ", command) + ": " + status + "\n" + Files.readString(said));
            }
        } finally {
            Files.delete(said);
        }
    }

    static void run(String... command) throws IOException, InterruptedException {
        run(Path.of("/"), List.of(command));
    }
}
