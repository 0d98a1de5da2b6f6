package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.postern.itests.PosternServer;

/**
 * Real users of this machine, their mail, and services of PAM. All names begin with {@link
 * #PREFIX}, so that everything can be taken away again, also by the next run.
 */
final class SystemUsers {
    static final String PREFIX = "postern-it-";

    /** The service of PAM: pam_unix, and what membership in one of the groups below adds. */
    static final String SERVICE = PREFIX + "pam";

    /** Whose checks by PAM hang. */
    static final String SLOW = PREFIX + "are-slow";

    /** Whose accounts PAM denies. */
    static final String DENIED = PREFIX + "are-denied";

    /** What a hanging check runs, to be found in its command line. */
    static final String SLOW_COMMAND = "sleep 6.0421";

    /** Options of chpasswd(8) for a hash that costs little. */
    static final List<String> CHEAP = List.of("-c", "SHA512", "-s", "1000");

    /** Options of chpasswd(8) for a hash of the system's usual kind and cost (Debian 12). */
    static final List<String> USUAL = List.of("-c", "YESCRYPT");

    private static final Path SPOOL = Path.of("/var/mail");
    private static final Path SERVICES = Path.of("/etc/pam.d");

    private final Path homes;

    /**
     * @param directory root's own
     */
    SystemUsers(Path directory) throws IOException {
        homes = Files.createDirectories(directory.resolve("homes"));
        Path slow = Files.writeString(directory.resolve("slow"), "#!/bin/sh\nexec " + SLOW_COMMAND);
        PosternServer.run(List.of("chmod", "0755", slow.toString()));
        Files.write(
                SERVICES.resolve(SERVICE),
                List.of(
                        "auth required pam_unix.so nodelay",
                        "auth [success=1 default=ignore] pam_succeed_if.so quiet user notingroup "
                                + SLOW,
                        "auth required pam_exec.so quiet " + slow,
                        "auth required pam_permit.so",
                        "account required pam_unix.so",
                        "account [success=1 default=ignore] pam_succeed_if.so quiet user notingroup "
                                + DENIED,
                        "account required pam_deny.so",
                        "account required pam_permit.so"));
        PosternServer.run(List.of("groupadd", SLOW));
        PosternServer.run(List.of("groupadd", DENIED));
    }

    /** Takes away whatever there is of these tests'. */
    static void removeAll() throws IOException {
        for (String user : named("/etc/passwd")) {
            PosternServer.run(List.of("userdel", "-f", user));
        }
        for (String group : named("/etc/group")) {
            PosternServer.run(List.of("groupdel", group));
        }
        for (Path directory : List.of(SPOOL, SERVICES)) {
            try (Stream<Path> entries = Files.list(directory)) {
                for (Path entry : entries.toList()) {
                    if (entry.getFileName().toString().startsWith(PREFIX)) {
                        PosternServer.run(List.of("rm", "-rf", entry.toString()));
                    }
                }
            }
        }
    }

    private static List<String> named(String file) throws IOException {
        return Files.readAllLines(Path.of(file), ISO_8859_1).stream()
                .map(line -> line.substring(0, Math.max(line.indexOf(':'), 0)))
                .filter(name -> name.startsWith(PREFIX))
                .toList();
    }

    /** A user's name on this machine. */
    static String name(String shortName) {
        return PREFIX + shortName;
    }

    /** Nobody else has this one. */
    static String password(String shortName) {
        return "the password of " + shortName;
    }

    /** Adds one whose hash is cheap, for tests of many logins. */
    void add(String shortName, String... options) throws IOException {
        add(shortName, CHEAP, options);
    }

    /** Adds one with {@link #password}, hashed as chpasswd's options say. */
    void add(String shortName, List<String> hash, String... options) throws IOException {
        List<String> useradd = new ArrayList<>(List.of("useradd", "-m", "-U"));
        useradd.addAll(List.of("-d", home(shortName).toString(), "-s", "/usr/sbin/nologin"));
        useradd.addAll(List.of(options));
        useradd.add(name(shortName));
        PosternServer.run(useradd);
        setPassword(shortName, hash, password(shortName));
    }

    void setPassword(String shortName, List<String> hash, String password) throws IOException {
        List<String> command = new ArrayList<>(List.of("chpasswd"));
        command.addAll(hash);
        Process chpasswd =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var input = chpasswd.getOutputStream()) {
            input.write((name(shortName) + ":" + password + "\n").getBytes(StandardCharsets.UTF_8));
        }
        try {
            if (chpasswd.waitFor() != 0) {
                throw new IOException("chpasswd " + hash + " failed");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** What stands in /etc/shadow. */
    String hash(String shortName) throws IOException {
        return PosternServer.run(List.of("getent", "shadow", name(shortName))).split(":", -1)[1];
    }

    long uid(String shortName) throws IOException {
        return Long.parseLong(PosternServer.run(List.of("id", "-u", name(shortName))).trim());
    }

    Path home(String shortName) {
        return homes.resolve(name(shortName));
    }

    Path mailbox(String shortName) {
        return SPOOL.resolve(name(shortName));
    }

    /** Puts a mailbox with this content into the spool, as the system's mail programs leave it. */
    Path mail(String shortName, String mbox) throws IOException {
        Path mailbox = mailbox(shortName);
        Files.writeString(mailbox, mbox, ISO_8859_1);
        PosternServer.run(List.of("chown", name(shortName) + ":mail", mailbox.toString()));
        PosternServer.run(List.of("chmod", "0660", mailbox.toString()));
        return mailbox;
    }

    /** Puts messages into the new directory of the Maildir, which is made. */
    Path maildir(String shortName, List<String> messages) throws IOException {
        Path maildir = home(shortName).resolve("Maildir");
        for (String place : List.of("new", "cur", "tmp")) {
            Files.createDirectories(maildir.resolve(place));
        }
        for (int i = 0; i < messages.size(); i++) {
            String file = String.format("%d.M1P1.host", 1_700_000_000 + i);
            Files.writeString(maildir.resolve("new").resolve(file), messages.get(i), ISO_8859_1);
        }
        give(shortName, maildir);
        PosternServer.run(List.of("chmod", "-R", "u=rwX,go=", maildir.toString()));
        return maildir;
    }

    /** Makes all below a path the user's. */
    void give(String shortName, Path path) throws IOException {
        PosternServer.run(
                List.of("chown", "-hR", name(shortName) + ":" + name(shortName), path.toString()));
    }
}
