package org.postern.testkit.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * How a {@link VictimProgram} is started, thousands of times: with its classes as a run before has
 * left them in memory, which takes a third off. That works with jars alone, so what is a directory
 * on this process' class path becomes one.
 */
final class VictimCommand {
    private static final String ARCHIVE = "classes.jsa";
    private static final String JAR = "classes.jar";

    private final List<String> words;

    private VictimCommand(List<String> words) {
        this.words = words;
    }

    /**
     * Makes ready, which takes some seconds.
     *
     * @param program a main class on this process' class path
     * @param temporary where to keep what is needed
     */
    static VictimCommand prepare(Class<?> program, Path temporary)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(temporary, "program");
        Path archive = directory.resolve(ARCHIVE);
        String classPath = jars(directory.resolve(JAR));
        VictimCommand first =
                new VictimCommand(words("-XX:ArchiveClassesAtExit=" + archive, classPath, program));
        // Without any input it ends by itself, as it has to for this.
        new ProcessBuilder(first.with(Files.createTempDirectory(temporary, "victim")))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return new VictimCommand(words("-XX:SharedArchiveFile=" + archive, classPath, program));
    }

    /** The command, which may be started any number of times. */
    List<String> with(Path scratch) {
        List<String> command = new ArrayList<>(words);
        command.add(scratch.toString());
        return command;
    }

    private static List<String> words(String sharing, String classPath, Class<?> program) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // What starts fastest; a second process shares the processors with this one.
                "-Xmx96m",
                "-Xshare:auto",
                sharing,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                classPath,
                program.getName());
    }

    private static String jars(Path jar) throws IOException {
        List<String> paths = new ArrayList<>(List.of(jar.toString()));
        Set<String> seen = new HashSet<>();
        try (ZipOutputStream classes = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String entry : System.getProperty("java.class.path").split(":", -1)) {
                Path path = Path.of(entry);
                if (Files.isDirectory(path)) {
                    add(path, classes, seen);
                } else {
                    paths.add(entry);
                }
            }
        }
        return String.join(":", paths);
    }

    // The first of a name is the one that is found, as on a class path.
    private static void add(Path directory, ZipOutputStream classes, Set<String> seen)
            throws IOException {
        List<Path> files;
        try (Stream<Path> below = Files.walk(directory)) {
            files = below.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String name = directory.relativize(file).toString();
            if (seen.add(name)) {
                classes.putNextEntry(new ZipEntry(name));
                Files.copy(file, classes);
            }
        }
    }
}
