package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postern.itests.PopClient;
import org.postern.itests.PosternServer;

/**
 * A whole machine as an operator would set it up, in a directory of root's: users, the helper, and
 * the assembled distribution as a user that may do nothing, with a listener for each way to log in.
 * One for all tests; {@link #restore} puts right what a test before has changed.
 */
final class Site implements AutoCloseable {
    /** Fixed, so that what a run that was killed has left is found by the next. */
    static final Path DIRECTORY = Path.of("/var/lib/postern-it");

    /** The local address that is a virtual host. */
    static final String VIRTUAL_HOST = "127.0.0.2";

    private static final String LOOPBACK = "127.0.0.1";

    private final SystemUsers users;
    private final HelperDaemon helper;
    private final PosternServer server;
    private final InetSocketAddress shadow;
    private final InetSocketAddress pam;
    private final InetSocketAddress vhome;
    private final InetSocketAddress held;

    private Site() throws Exception {
        Files.createDirectory(DIRECTORY);
        PosternServer.run(List.of("chmod", "0755", DIRECTORY.toString()));
        users = new SystemUsers(DIRECTORY);
        held = InetSocketAddress.createUnresolved(LOOPBACK, PosternServer.freePort());
        Path hosts = Files.createDirectory(DIRECTORY.resolve("vhome"));
        helper =
                new HelperDaemon(
                        Path.of(System.getProperty("postern.helper")),
                        DIRECTORY,
                        Map.of(
                                "peer",
                                PosternServer.USER,
                                "vhome",
                                hosts.toString(),
                                "pamService",
                                SystemUsers.SERVICE,
                                "listen",
                                LOOPBACK + " " + held.getPort(),
                                "maxSessions",
                                "600",
                                "failureDelay",
                                "200",
                                "checkSeconds",
                                "4"));
        server = new PosternServer(Files.createDirectory(DIRECTORY.resolve("server")));
        shadow = InetSocketAddress.createUnresolved(LOOPBACK, PosternServer.freePort());
        pam = InetSocketAddress.createUnresolved(LOOPBACK, PosternServer.freePort());
        vhome = InetSocketAddress.createUnresolved(VIRTUAL_HOST, PosternServer.freePort());
        listener("shadow", shadow);
        listener("pam", pam);
        listener("vhome", vhome);
        server.configure(
                "org.postern.listener~held",
                "address=" + LOOPBACK,
                "port=" + held.getPort(),
                "viaHelper=true");
        server.configure(
                "org.postern.limits",
                "maxSessionsPerSource=2000",
                "maxSessionsPerUser=1000",
                "exempt=127.0.0.0/8");
        helper.start();
        restore();
    }

    /** Takes away what an earlier run has left, and sets up a new one. */
    static Site open() throws Exception {
        removeAll();
        try {
            return new Site();
        } catch (Exception | AssertionError e) {
            removeAll();
            throw e;
        }
    }

    private void listener(String backend, InetSocketAddress address) throws IOException {
        server.configure(
                "org.postern.listener~" + backend,
                "address=" + address.getHostString(),
                "port=" + address.getPort(),
                "backends=" + backend);
    }

    /** Both processes run, configured as all tests want it. */
    void restore() throws Exception {
        server.configure("org.postern.helper", "socket=" + helper.socket());
        server.configure("org.postern.auth", "backends=shadow,pam");
        if (helper.isAlive()) {
            helper.reconfigure(Map.of());
        } else {
            helper.configure(Map.of());
            helper.start();
        }
        if (!server.isAlive()) {
            startServer();
        }
    }

    /** Starts the server, and waits until the helper can be asked. */
    void startServer() throws Exception {
        server.start();
        for (InetSocketAddress listener : List.of(shadow, pam, vhome, held)) {
            server.await(listener + " to open", Duration.ofSeconds(30), () -> greets(listener));
        }
    }

    private static boolean greets(InetSocketAddress listener) {
        try (PopClient client = new PopClient(resolved(listener))) {
            return client.line().startsWith("+OK");
        } catch (IOException closed) {
            return false;
        }
    }

    private static InetSocketAddress resolved(InetSocketAddress address) {
        return new InetSocketAddress(address.getHostString(), address.getPort());
    }

    SystemUsers users() {
        return users;
    }

    HelperDaemon helper() {
        return helper;
    }

    PosternServer server() {
        return server;
    }

    /** The Java process. */
    long java() throws IOException {
        for (long pid : Processes.withCommand(DIRECTORY.resolve("server").toString())) {
            if (Processes.status(pid, "Name").equals(List.of("java"))) {
                return pid;
            }
        }
        throw new IOException("no server runs");
    }

    /** The listener that asks shadow alone. */
    InetSocketAddress shadow() {
        return resolved(shadow);
    }

    /** The listener that asks PAM alone. */
    InetSocketAddress pam() {
        return resolved(pam);
    }

    /** The listener at the virtual host's address, which asks vhome alone. */
    InetSocketAddress vhome() {
        return resolved(vhome);
    }

    /** The listeners that ask one backend alone: each backend of the helper's has one. */
    List<InetSocketAddress> eachBackend() {
        return List.of(shadow(), pam(), vhome());
    }

    /** The listener whose port the helper holds; it asks whom org.postern.auth names. */
    InetSocketAddress held() {
        return resolved(held);
    }

    /** The listener that asks whom org.postern.auth names. */
    InetSocketAddress configured() {
        return resolved(InetSocketAddress.createUnresolved(LOOPBACK, server.port()));
    }

    /** A session of a user's of this machine. */
    PopClient login(InetSocketAddress listener, String shortName) throws IOException {
        return PopClient.login(
                listener, SystemUsers.name(shortName), SystemUsers.password(shortName));
    }

    /** What a login is answered, after which the client is gone. */
    static String reply(InetSocketAddress listener, String user, String password)
            throws IOException {
        try (PopClient client = new PopClient(listener)) {
            client.expectOk(client.line());
            client.ok("USER " + user);
            return client.command("PASS " + password);
        }
    }

    /** The directory of the virtual host's mailboxes. */
    Path virtualMail() {
        return DIRECTORY.resolve("vhome").resolve(VIRTUAL_HOST).resolve("mail");
    }

    /**
     * Adds a user of the virtual host, whose mail belongs to a user of this machine. That one's
     * password becomes the same.
     */
    Path virtualUser(String name, String template, String password, String mbox)
            throws IOException {
        return virtualUser(name, template, SystemUsers.CHEAP, password, mbox);
    }

    /** Adds one whose password is hashed as chpasswd's options say. */
    Path virtualUser(
            String name, String template, List<String> scheme, String password, String mbox)
            throws IOException {
        Path host = DIRECTORY.resolve("vhome").resolve(VIRTUAL_HOST);
        Files.createDirectories(host.resolve("auth"));
        Files.createDirectories(virtualMail());
        // The template's hash is taken for it: there is no other program that makes one.
        users.setPassword(template, scheme, password);
        String hash = users.hash(template);
        Files.writeString(
                host.resolve("auth").resolve(name), SystemUsers.name(template) + ":" + hash + ":");
        Path mailbox = virtualMail().resolve(name);
        Files.writeString(mailbox, mbox, ISO_8859_1);
        users.give(template, mailbox);
        PosternServer.run(List.of("chmod", "0600", mailbox.toString()));
        return mailbox;
    }

    /**
     * Nothing of any session is left: no process but the monitor, no descriptor of the helper's in
     * the server, no lock on these files.
     */
    void assertSettled(Path... mailboxes) throws Exception {
        Waiting.until("the helper's processes to end", () -> helper.others().isEmpty());
        for (Path mailbox : mailboxes) {
            Waiting.until(
                    "the server to close " + mailbox,
                    () -> !Processes.descriptors(java()).contains(mailbox.toString()));
            assertUnlocked(mailbox);
        }
    }

    /** Another program gets both kinds of lock at once. */
    static void assertUnlocked(Path mailbox) throws IOException {
        PosternServer.run(
                List.of(
                        "python3",
                        "-c",
                        """
                        import fcntl, sys
                        f = open(sys.argv[1], 'r+b')
                        fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        """,
                        mailbox.toString()));
    }

    private static void removeAll() throws IOException {
        List<Long> ours = new ArrayList<>(Processes.withCommand(DIRECTORY + "/"));
        ours.addAll(Processes.running(DIRECTORY.resolve("postern-helper")));
        ours.addAll(Processes.withCommand(SystemUsers.SLOW_COMMAND));
        ours.remove(ProcessHandle.current().pid());
        ProcessHandle.current().parent().ifPresent(parent -> ours.remove(parent.pid()));
        for (long pid : ours) {
            Processes.signal("KILL", pid);
        }
        SystemUsers.removeAll();
        SmallDisk.removeAll(DIRECTORY);
        PosternServer.run(List.of("rm", "-rf", DIRECTORY.toString()));
    }

    @Override
    public void close() throws IOException {
        try {
            server.close();
            if (helper.isAlive()) {
                helper.stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            removeAll();
        }
    }
}
