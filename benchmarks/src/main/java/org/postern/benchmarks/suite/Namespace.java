package org.postern.benchmarks.suite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Where one server lives: directories of its own, and a namespace in which they are /etc, /run,
 * /var/mail and /var/lib.
 */
final class Namespace {
    private static final int PATIENCE_SECONDS = 120;
    private static final int EVERY_MILLIS = 100;

    private final Workspace workspace;
    private final String name;
    private final Path programs;
    private final ControlGroup group;
    private final Path etc;
    private final Path lib;
    private final Path run;
    private final Path spool;

    /**
     * @param programs unpacked, with usr and etc in it
     */
    Namespace(Workspace workspace, String name, Path programs)
            throws IOException, InterruptedException {
        this.workspace = workspace;
        this.name = name;
        this.programs = programs;
        this.group = ControlGroup.make(name);
        this.etc = workspace.fresh("servers/" + name + "/etc");
        this.lib = workspace.fresh("servers/" + name + "/lib");
        this.run = workspace.fresh("servers/" + name + "/run");
        this.spool = workspace.fresh("servers/" + name + "/mail");
        Commands.run("chmod", "1777", spool.toString());
        Accounts.write(etc, homes(), name.startsWith("popa3d") ? "popa3d" : "postern");
    }

    String name() {
        return name;
    }

    Path etc() {
        return etc;
    }

    Path lib() {
        return lib;
    }

    Path run() {
        return run;
    }

    ControlGroup group() {
        return group;
    }

    /** Of all accounts: they have nothing in it. */
    Path homes() throws IOException {
        return workspace.directory("home");
    }

    /** A directory of its own that is no part of the namespace. */
    Path directory(String path) throws IOException {
        return workspace.directory("servers/" + name + "/" + path);
    }

    Mailboxes mailboxes(Format format, IntUnaryOperator owner) throws IOException {
        return mailboxes(spool, format, owner);
    }

    Mailboxes mailboxes(Path elsewhere, Format format, IntUnaryOperator owner) throws IOException {
        return new Mailboxes(workspace.corpora(), elsewhere, format, owner);
    }

    Path spool() {
        return spool;
    }

    /** Runs something in it to its end. */
    void run(String... command) throws IOException, InterruptedException {
        Commands.run(workspace.root(), command(command));
    }

    /** Starts a server in it; what it says is in a log of its name. */
    void start(Map<String, String> environment, String... command) throws IOException {
        Path log = workspace.directory("log").resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command(command))
                        .directory(workspace.root().toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.start();
    }

    private List<String> command(String... command) {
        List<String> whole = new ArrayList<>();
        whole.add(workspace.namespace().toString());
        whole.add(group.directory().toString());
        for (Path path : new Path[] {programs, etc, spool, run, lib}) {
            whole.add(path.toString());
        }
        whole.addAll(Arrays.asList(command));
        return whole;
    }

    /** Returns when a client is greeted. */
    void await(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (!greets(port)) {
            if (System.nanoTime() > deadline) {
                throw new IOException(name + " does not answer; see its log");
            }
            Thread.sleep(EVERY_MILLIS);
        }
    }

    private static boolean greets(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            byte[] begin = socket.getInputStream().readNBytes(3);
            socket.getOutputStream().write("QUIT\r\n".getBytes(US_ASCII));
            return new String(begin, US_ASCII).equals("+OK");
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A file of its configuration. */
    static Path put(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return file;
    }
}
