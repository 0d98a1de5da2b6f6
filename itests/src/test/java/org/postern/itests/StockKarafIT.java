package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An unmodified Apache Karaf, in which an operator adds the feature repository and installs {@code
 * postern}, as README says. Its Maven repositories are its own and what the distribution carries.
 */
class StockKarafIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir Path directory;

    @Test
    void twoConsoleCommandsMakeAServer() throws Exception {
        Path home = unpack();
        int port = PosternServer.freePort();
        int consolePort = PosternServer.freePort();
        Path etc = home.resolve("etc");
        Files.writeString(
                etc.resolve("users.properties"),
                "tester = t,_g_:admingroup\n_g_\\:admingroup = group,admin,manager,viewer,"
                        + "systembundles,ssh\n");
        replace(etc.resolve("org.apache.karaf.shell.cfg"), "sshPort", "" + consolePort);
        replace(
                etc.resolve("org.ops4j.pax.url.mvn.cfg"),
                "org.ops4j.pax.url.mvn.defaultRepositories",
                "file:${karaf.home}/${karaf.default.repository}@id=system@snapshots, "
                        + PosternServer.ASSEMBLY.toAbsolutePath().resolve("system").toUri()
                        + "@id=postern@snapshots");
        replace(
                etc.resolve("org.ops4j.pax.url.mvn.cfg"),
                "org.ops4j.pax.url.mvn.repositories",
                PosternServer.ASSEMBLY.toAbsolutePath().resolve("system").toUri()
                        + "@id=postern.remote@snapshots");
        // Before the feature, as an operator may do it, so that its own are not on port 1110.
        Path mail = Files.createDirectories(home.resolve("mail"));
        Files.writeString(mail.resolve("inbox"), "From a\nSubject: stock\n\nKaraf\n");
        Path users = mail.resolve("users");
        Files.writeString(
                users,
                "anna:{PLAIN}"
                        + PosternServer.PASSWORD
                        + "::::"
                        + mail
                        + "::userdb_mail=mbox:~/inbox\n");
        PosternServer.run(List.of("chmod", "600", users.toString()));
        Files.writeString(
                etc.resolve("org.postern.listener~pop3.cfg"), "address=127.0.0.1\nport=" + port);
        Files.writeString(etc.resolve("org.postern.auth.virtual.cfg"), "users=" + users);

        Process karaf = start(home, List.of("bin/karaf", "server"));
        try {
            String version = System.getProperty("postern.version");
            Path commands =
                    Files.write(
                            directory.resolve("commands"),
                            List.of(
                                    "feature:repo-add mvn:org.postern/postern-features/"
                                            + version
                                            + "/xml/features",
                                    "feature:install postern",
                                    "mail:listener-list --no-format"));
            Process client =
                    command(
                                    home,
                                    List.of(
                                            "bin/client",
                                            "-a",
                                            "" + consolePort,
                                            "-u",
                                            "tester",
                                            "-p",
                                            "t",
                                            "-r",
                                            "60",
                                            "-b"))
                            .redirectInput(commands.toFile())
                            .start();
            String said =
                    new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            awaitPort(port, karaf, said);
            try (PopClient mailClient = PopClient.login(port, "anna")) {
                assertArrayEquals(
                        "Subject: stock\r\n\r\nKaraf\r\n".getBytes(StandardCharsets.US_ASCII),
                        mailClient.retrieve(1));
                mailClient.quit();
            }
        } finally {
            karaf.descendants().forEach(ProcessHandle::destroyForcibly);
            karaf.destroyForcibly().waitFor();
        }
    }

    private Path unpack() throws Exception {
        PosternServer.run(
                List.of(
                        "tar",
                        "-xzf",
                        System.getProperty("postern.karaf"),
                        "-C",
                        directory.toString()));
        return directory.resolve("apache-karaf-" + System.getProperty("postern.karaf.version"));
    }

    private static void replace(Path file, String key, String value) throws Exception {
        List<String> lines = new ArrayList<>();
        boolean skipping = false;
        for (String line : Files.readAllLines(file)) {
            boolean ours = line.replace(" ", "").startsWith(key + "=");
            if (!ours && !skipping) {
                lines.add(line);
            }
            skipping = (ours || skipping) && line.endsWith("\\");
        }
        lines.add(key + " = " + value);
        Files.write(file, lines);
    }

    /** Karaf's own scripts know nothing of giving up root, so this does it. */
    private ProcessBuilder command(Path home, List<String> command) throws Exception {
        List<String> words = new ArrayList<>();
        if (PosternServer.ROOT) {
            PosternServer.run(List.of("chown", "-hR", "nobody:", directory.toString()));
            words.addAll(
                    List.of(
                            "setpriv",
                            "--reuid=nobody",
                            "--regid=nogroup",
                            "--clear-groups",
                            "--inh-caps=-all"));
        }
        words.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(home.toFile()).redirectErrorStream(true);
        builder.environment().remove("JAVA_OPTS");
        builder.environment().put("HOME", directory.toString());
        return builder;
    }

    private Process start(Path home, List<String> command) throws Exception {
        return command(home, command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    private void awaitPort(int port, Process karaf, String said) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (PopClient client = new PopClient(port)) {
                client.expectOk(client.line());
                return;
            } catch (java.io.IOException notYet) {
                assertTrue(
                        karaf.isAlive() && System.nanoTime() < end,
                        () -> "no mail port; the console said: " + said);
                java.util.concurrent.TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }
}
