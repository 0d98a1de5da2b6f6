package org.postern.posix.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library is loaded once in a JVM's life, so each test has one of its own. */
final class NativeLibraryTest {
    @TempDir Path temporary;

    /**
     * Runs {@link LoadingProgram} where /tmp cannot be written, as little as where it is noexec.
     */
    private List<String> load(Path data, int times) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + temporary.resolve("no-such-directory"));
        String own =
                LoadingProgram.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        command.addAll(List.of("-cp", own, LoadingProgram.class.getName()));
        command.addAll(List.of(System.getProperty("java.class.path"), data.toString(), "" + times));
        Path output = temporary.resolve("output");
        // Apart: newer JVMs warn of native code.
        Path errors = temporary.resolve("errors");
        Process process =
                new ProcessBuilder(command)
                        .directory(Files.createDirectories(temporary.resolve("work")).toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        assertTrue(process.waitFor(50, TimeUnit.SECONDS));
        String complaints = Files.readString(errors);
        assertEquals(0, process.exitValue(), complaints);
        return Files.readAllLines(output);
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }

    @Test
    void libraryComesFromTheDataDirectoryAndLeavesNothingThere() throws Exception {
        Path data = temporary.resolve("some data");
        List<String> mapped = load(data, 1);
        assertEquals(1, mapped.size(), mapped::toString);
        assertTrue(mapped.get(0).startsWith(data + File.separator), mapped::toString);
        assertEquals(List.of(), children(data));
    }

    @Test
    void updatedBundleLoadsItsOwn() throws Exception {
        List<String> mapped = load(temporary.resolve("data"), 2);
        assertEquals(2, mapped.stream().distinct().count(), mapped::toString);
    }

    @Test
    void dataDirectoryThatIsNoneIsAnError() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        String message = assertThrows(AssertionError.class, () -> load(file, 1)).getMessage();
        assertTrue(message.contains("FileAlreadyExistsException"), message);
    }
}
