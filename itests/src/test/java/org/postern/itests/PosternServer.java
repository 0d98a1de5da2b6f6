package org.postern.itests;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The assembled distribution, started by {@code bin/karaf server} as an operator would, with
 * configuration, data and mail in a directory of the test's. Works as any user; started by root the
 * server drops to {@link #USER}, and the directory is given to that user.
 */
public final class PosternServer implements AutoCloseable {
    /** Whom a server that root has started runs as. */
    public static final String USER = System.getProperty("postern.user", "nobody");

    static final Path ASSEMBLY = Path.of(System.getProperty("postern.assembly")).normalize();
    static final String LOOPBACK = "127.0.0.1";
    public static final String PASSWORD = "correct horse";
    static final boolean ROOT = uid().equals("0");

    /**
     * A server that lives for seconds is not worth compiling well: its start takes two thirds of
     * the processor's time so. The console's client reads it too.
     */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    private static final int FIRST_PORT = 10_000;

    /** The lower end of net.ipv4.ip_local_port_range, where nobody has changed it. */
    private static final int FIRST_OUTGOING_PORT = 32_768;

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final int port;
    private final int consolePort;
    private Process process;

    /**
     * @param directory empty, the server's alone; for root it becomes the property of {@link #USER}
     */
    public PosternServer(Path directory) throws IOException {
        this.directory = directory;
        this.port = freePort();
        this.consolePort = freePort();
        copy(ASSEMBLY.resolve("etc"), etc());
        try (Stream<Path> shipped = Files.list(etc())) {
            for (Path file :
                    shipped.filter(
                                    p ->
                                            p.getFileName()
                                                    .toString()
                                                    .startsWith("org.postern.listener~"))
                            .toList()) {
                Files.delete(file);
            }
        }
        Files.createDirectories(mail());
        configure("org.postern.listener~test", "address=" + LOOPBACK, "port=" + port);
        configure("org.postern.auth.virtual", "users=" + users(), "failureDelay=50");
        configure("org.postern.limits", "maxSessionsPerSource=2000", "maxSessionsPerUser=1000");
        Files.createFile(
                users(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        configureConsole();
        environment.put("KARAF_ETC", etc().toString());
        environment.put("KARAF_DATA", directory.resolve("data").toString());
        environment.put("KARAF_LOG", directory.resolve("data/log").toString());
        environment.put("JAVA_MAX_MEM", "128M");
        environment.put("EXTRA_JAVA_OPTS", QUICK_START);
        Files.createDirectories(directory.resolve("data/log"));
    }

    private void configureConsole() throws IOException {
        Files.writeString(
                etc().resolve("users.properties"),
                "tester = "
                        + PASSWORD.replace(" ", "-")
                        + ",_g_:admingroup\n"
                        + "looker = "
                        + PASSWORD.replace(" ", "-")
                        + ",viewer,ssh\n"
                        + "_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh\n");
        Path shell = etc().resolve("org.apache.karaf.shell.cfg");
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(shell)) {
            lines.add(line.startsWith("sshPort") ? "sshPort = " + consolePort : line);
        }
        Files.write(shell, lines);
    }

    /** What console commands print, given one line each to an administrator's console. */
    public String console(String... commands) throws IOException {
        return consoleOf("tester", commands);
    }

    /** The same, given to the console of {@code tester} or of {@code looker}, a viewer. */
    String consoleOf(String user, String... commands) throws IOException {
        Path input = Files.write(directory.resolve("commands"), List.of(commands));
        ProcessBuilder builder =
                new ProcessBuilder(
                                ASSEMBLY.resolve("bin/client").toString(),
                                "-a",
                                Integer.toString(consolePort),
                                "-h",
                                LOOPBACK,
                                "-u",
                                user,
                                "-p",
                                PASSWORD.replace(" ", "-"),
                                "-r",
                                "20",
                                "-b")
                        .redirectErrorStream(true)
                        .redirectInput(input.toFile());
        builder.environment().putAll(environment);
        builder.environment().remove("JAVA_OPTS");
        if (ROOT) {
            builder.environment().put("POSTERN_USER", USER);
        }
        Process client = builder.start();
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public Path etc() {
        return directory.resolve("etc");
    }

    /** What the server writes. */
    public Path data() {
        return directory.resolve("data");
    }

    Path mail() {
        return directory.resolve("mail");
    }

    public Path users() {
        return directory.resolve("users");
    }

    /** Everything that the server has said. */
    public String log() throws IOException {
        Path file = directory.resolve("output");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public PosternServer environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Writes a whole .cfg file, in one step, so that it is never seen half written. */
    public PosternServer configure(String pid, String... lines) throws IOException {
        Path file = etc().resolve(pid + ".cfg");
        Path draft = directory.resolve(pid + ".draft");
        Files.write(draft, List.of(lines));
        own(draft);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    /** Adds a user with {@link #PASSWORD}; {@code location} as in {@code mbox:~/inbox}. */
    public PosternServer user(String name, String location) throws IOException {
        return userLine(
                name + ":{PLAIN}" + PASSWORD + "::::" + home(name) + "::userdb_mail=" + location);
    }

    public PosternServer userLine(String line) throws IOException {
        Files.writeString(users(), line + "\n", StandardOpenOption.APPEND);
        return this;
    }

    /** A user's home, made if it is not there. */
    public Path home(String name) throws IOException {
        return Files.createDirectories(mail().resolve(name));
    }

    /** Starts it and waits until its port is open. */
    public PosternServer start() throws IOException, InterruptedException {
        launch();
        await("the port to open", START, this::isOpen);
        return this;
    }

    /** Starts it without waiting. */
    public PosternServer launch() throws IOException {
        own(directory);
        ProcessBuilder builder =
                new ProcessBuilder(ASSEMBLY.resolve("bin/karaf").toString(), "server")
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("output").toFile()));
        builder.environment().putAll(environment);
        builder.environment().remove("JAVA_OPTS");
        if (ROOT) {
            builder.environment().put("POSTERN_USER", USER);
        }
        process = builder.start();
        return this;
    }

    public boolean isOpen() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL, for the server and whatever started it. */
    public void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the server did not stop within " + STOP);
        }
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            try {
                stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for what another process does; polls, as there is nothing to be told by. */
    public void await(String what, Duration atMost, BooleanSupplier condition)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (process != null && !process.isAlive()) {
                throw new AssertionError(
                        "the server ended while waiting for " + what + ":\n" + log());
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for " + what + ":\n" + log());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    public void awaitLog(String text) throws IOException, InterruptedException {
        await(
                "\"" + text + "\" in the log",
                START,
                () -> {
                    try {
                        return log().contains(text);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /** For root: gives files to the user that the server runs as. */
    public void own(Path path) throws IOException {
        if (ROOT) {
            run(List.of("chown", "-hR", USER + ":", path.toString()));
        }
    }

    public static String run(List<String> command) throws IOException {
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (child.waitFor() != 0) {
                throw new IOException(command + " failed: " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return output;
    }

    /**
     * A port of the loopback address that nobody listens at. It is below those that Linux gives to
     * outgoing connections, so that none of these takes it before the server does.
     */
    public static int freePort() throws IOException {
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_OUTGOING_PORT);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one, then.
            }
        }
        throw new IOException("no free port");
    }

    private static String uid() {
        try {
            return run(List.of("id", "-u")).trim();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(from)) {
            tree.forEach(all::add);
        }
        for (Path path : all) {
            Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                Files.copy(path, target);
            }
        }
    }
}
