package org.postern.testkit.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;

/**
 * Another process that tries to lock a file and, if it can, keeps the lock until it is closed: with
 * flock(1), or a Java program, whose locks are the classic ones of fcntl(2).
 */
public final class OtherProgram implements AutoCloseable {
    private static final String LOCKED = "locked";
    private static final String BUSY = "busy";
    private static final int PATIENCE_SECONDS = 20;

    private final Process process;
    private final boolean locked;

    private OtherProgram(Process process) throws IOException {
        this.process = process;
        BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String line = output.readLine();
        assertTrue(line != null, "the other program said nothing");
        this.locked = line.equals(LOCKED);
        assertTrue(locked || line.equals(BUSY), line);
    }

    /** Starts it and waits for its first attempt. */
    public static OtherProgram locking(LockKind kind, LockMode mode, Path file) throws IOException {
        List<String> command = new ArrayList<>();
        switch (kind) {
            case FCNTL -> command.addAll(java("" + (mode == LockMode.SHARED), file.toString()));
            case FLOCK ->
                    command.addAll(
                            List.of(
                                    "sh",
                                    "-c",
                                    "flock -n \"$0\" \"$1\" sh -c 'echo "
                                            + LOCKED
                                            + "; cat'"
                                            + " || echo "
                                            + BUSY,
                                    mode == LockMode.SHARED ? "-s" : "-x",
                                    file.toString()));
        }
        return new OtherProgram(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Runs a command that must succeed. */
    public static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), command[0]);
        assertEquals(0, process.exitValue(), command[0]);
    }

    private static List<String> java(String... arguments) {
        try {
            Path classes =
                    Path.of(
                            OtherProgram.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            command.addAll(List.of("-cp", classes.toString(), Locker.class.getName()));
            command.addAll(List.of(arguments));
            return command;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it holds the lock. */
    public boolean isLocked() {
        return locked;
    }

    /** Ends it and waits for its end. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * The program of the classic locks, on a class path of its own: whether shared, and the file.
     */
    static final class Locker {
        private Locker() {}

        public static void main(String[] arguments) throws IOException {
            boolean shared = Boolean.parseBoolean(arguments[0]);
            try (FileChannel file =
                            FileChannel.open(
                                    Path.of(arguments[1]),
                                    StandardOpenOption.READ,
                                    StandardOpenOption.WRITE);
                    FileLock lock = file.tryLock(0, Long.MAX_VALUE, shared)) {
                System.out.println(lock == null ? BUSY : LOCKED);
                while (System.in.read() >= 0) {
                    // Until whoever started this closes the pipe.
                }
            }
        }
    }
}
