package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The assembled distribution, as it comes, configured by its .cfg files. Limits that would stop one
 * busy source are lifted; heap and all else are the defaults. Its users are virtual ones, the same
 * process serves mboxes (uN) and Maildirs (mN); or with the helper, the system's, by PAM and by
 * shadow at two ports.
 */
final class Postern {
    private static final Map<String, String> LIMITS =
            Map.of(
                    "maxSessions", "20000",
                    "maxSessionsBeforeLogin", "20000",
                    "maxSessionsPerSource", "20000",
                    "maxSessionsPerUser", "20000",
                    "maxMessages", "1000000");

    /** Karaf looks once a second. */
    private static final int TAKES_UP_MILLIS = 5000;

    private static final String LISTENER = "org.postern.listener~pop3.cfg";
    private static final String MBOX = "org.postern.mailbox.mbox.cfg";

    private final Workspace workspace;
    private final Namespace namespace;
    private final Path karaf;

    private Postern(Workspace workspace, String name) throws IOException, InterruptedException {
        this.workspace = workspace;
        Path nothing = workspace.directory("root/none/usr").getParent();
        workspace.directory("root/none/etc");
        namespace = new Namespace(workspace, name, nothing);
        karaf = workspace.fresh("servers/" + name + "/karaf");
        Commands.run(
                "tar",
                "-xzf",
                archive().toString(),
                "-C",
                karaf.toString(),
                "--strip-components=1",
                "--no-same-owner");
        Commands.run("chmod", "-R", "a+rX", karaf.toString());
        for (Map.Entry<String, String> limit : LIMITS.entrySet()) {
            set("org.postern.limits.cfg", limit.getKey(), limit.getValue());
        }
        // What is measured lies below a directory for temporary files.
        set(LISTENER, "startupCheck", "warn");
    }

    /** With virtual users; a view of its mboxes and one of its Maildirs. */
    static List<View> virtual(Workspace workspace) throws IOException, InterruptedException {
        Postern postern = new Postern(workspace, "postern");
        int port = Workspace.freePort();
        postern.set(LISTENER, "port", Integer.toString(port));
        Path maildirs = workspace.fresh("servers/postern/maildirs");
        Path users = postern.karaf.resolve("etc/users");
        Accounts.put(users, postern.users(maildirs), "rw-------");
        Commands.run("chown", Integer.toString(Accounts.SHARED), users.toString());
        postern.startAs("vmail");
        postern.namespace.await(port);
        Mailboxes mbox = postern.namespace.mailboxes(Format.MBOX, i -> Accounts.SHARED);
        Mailboxes maildir =
                postern.namespace.mailboxes(maildirs, Format.MAILDIR, i -> Accounts.SHARED);
        return List.of(
                postern.new View("postern-mbox", port, "u%d", mbox),
                postern.new View("postern-maildir", port, "m%d", maildir));
    }

    /** With the system's users; a view of the port where PAM is asked and one where shadow is. */
    static List<View> helped(Workspace workspace) throws IOException, InterruptedException {
        Postern postern = new Postern(workspace, "postern-helper");
        Path helper = postern.namespace.directory("helper").resolve("postern-helper");
        Files.copy(
                workspace.top().resolve("helper/postern-helper"),
                helper,
                StandardCopyOption.REPLACE_EXISTING);
        Path socket = postern.namespace.run().resolve("helper.sock");
        Path configuration =
                Namespace.put(
                        helper.resolveSibling("helper.conf"),
                        """
                        socket /run/helper.sock
                        peer postern
                        mail spool /var/mail
                        methods shadow pam
                        maxSessions 20000
                        maxChecks 64
                        """);
        postern.set("org.postern.helper.cfg", "socket", "/run/helper.sock");
        int pam = Workspace.freePort();
        postern.set(LISTENER, "port", Integer.toString(pam));
        postern.set(LISTENER, "backends", "pam");
        Path etc = postern.karaf.resolve("etc");
        Files.copy(etc.resolve(LISTENER), etc.resolve("org.postern.listener~shadow.cfg"));
        int shadow = Workspace.freePort();
        postern.set("org.postern.listener~shadow.cfg", "port", Integer.toString(shadow));
        postern.set("org.postern.listener~shadow.cfg", "backends", "shadow");
        postern.namespace.start(Map.of(), helper.toString(), "-c", configuration.toString());
        while (!Files.exists(socket)) {
            Thread.sleep(50);
        }
        postern.startAs("postern");
        postern.namespace.await(pam);
        postern.namespace.await(shadow);
        Mailboxes mailboxes = postern.namespace.mailboxes(Format.MBOX, Accounts::uid);
        return List.of(
                postern.new View("postern-pam", pam, "u%d", mailboxes),
                postern.new View("postern-shadow", shadow, "u%d", mailboxes));
    }

    private Path archive() throws IOException {
        try (Stream<Path> files = Files.list(workspace.top().resolve("karaf-dist/target"))) {
            return files.filter(
                            file ->
                                    file.getFileName().toString().startsWith("postern-karaf-")
                                            && file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no distribution: mvn -DskipTests package"));
        }
    }

    private String users(Path maildirs) {
        return Accounts.lines(
                        i ->
                                user("u" + i, i, "mbox:/var/mail/u" + i)
                                        + "\n"
                                        + user("m" + i, i, "maildir:" + maildirs + "/u" + i))
                + IntStream.range(Accounts.MANY, Accounts.MANY + Accounts.MANY_COUNT)
                        .mapToObj(i -> user("u" + i, i, "mbox:/var/mail/u" + i))
                        .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String user(String name, int account, String mail) {
        return name + ":{CRYPT}" + Accounts.hash(account) + "::::/nonexistent::userdb_mail=" + mail;
    }

    private void startAs(String user) throws IOException, InterruptedException {
        // Bundles of another build would be in that of a run before.
        Path data = workspace.fresh("servers/" + namespace.name() + "/data");
        namespace.run("chown", user, data.toString());
        Commands.run("chmod", "700", data.toString());
        Map<String, String> environment = new HashMap<>();
        environment.put("POSTERN_USER", user);
        environment.put("KARAF_DATA", data.toString());
        namespace.start(environment, karaf.resolve("bin/karaf").toString(), "server");
    }

    /** Writes a key's value into a file; a running server goes by it from the next session on. */
    private void set(String file, String key, String value) throws IOException {
        Path path = karaf.resolve("etc").resolve(file);
        List<String> lines =
                Files.readAllLines(path).stream()
                        .map(line -> line.startsWith(key + " =") ? key + " = " + value : line)
                        .toList();
        if (!lines.contains(key + " = " + value)) {
            throw new IOException(file + " has no " + key);
        }
        Files.write(path, lines);
    }

    /** One port of it, and one format of mail. */
    final class View implements Server {
        private final String name;
        private final int port;
        private final String users;
        private final Mailboxes mailboxes;

        View(String name, int port, String users, Mailboxes mailboxes) {
            this.name = name;
            this.port = port;
            this.users = users;
            this.mailboxes = mailboxes;
        }

        /** What an acknowledged deletion survives, from sessions on that begin later. */
        void durability(String value) throws IOException, InterruptedException {
            set(MBOX, "durability", value);
            Thread.sleep(TAKES_UP_MILLIS);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public String users() {
            return users;
        }

        @Override
        public ControlGroup group() {
            return namespace.group();
        }

        @Override
        public Mailboxes mailboxes() {
            return mailboxes;
        }

        @Override
        public void stop() throws IOException, InterruptedException {
            if (Files.exists(namespace.group().directory())) {
                namespace.group().end();
            }
        }
    }
}
