package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Courier's POP3 server on Maildirs, with five processes that look passwords up. It leaves Nagle's
 * algorithm on, so that its RETR waits for the client's delayed acknowledgements, as its users do.
 */
final class Courier implements Server {
    private static final List<String> PACKAGES =
            List.of(
                    "courier-pop",
                    "courier-base",
                    "courier-authlib",
                    "courier-authdaemon",
                    "courier-authlib-userdb",
                    "libcourier-unicode4",
                    "libidn12",
                    "libgdbm6",
                    "libltdl7",
                    "libfribidi0",
                    "libgamin0");

    private final Namespace namespace;
    private final Mailboxes mailboxes;
    private final int port = Workspace.freePort();

    Courier(Workspace workspace) throws IOException, InterruptedException {
        namespace =
                new Namespace(
                        workspace,
                        "courier",
                        new Packages(workspace).unpacked("courier", PACKAGES));
        mailboxes = namespace.mailboxes(Format.MAILDIR, Accounts::uid);
        configure();
        namespace.start(
                Map.of("PORT_OF_POP3", Integer.toString(port)),
                "sh",
                "-c",
                """
                set -a
                . /etc/courier/authdaemonrc
                /usr/lib/courier/courier-authlib/authdaemond &
                until [ -S /run/courier/authdaemon/socket ]; do sleep 0.1; done
                . /etc/courier/pop3d
                exec /usr/sbin/couriertcpd -address=127.0.0.1 -maxprocs=12000 -maxperip=12000 \
                    -listen=1024 -nodnslookup -noidentlookup "${PORT_OF_POP3}" \
                    /usr/lib/courier/courier/courierpop3login /usr/lib/courier/courier/courierpop3d Maildir
                """);
        namespace.await(port);
    }

    private void configure() throws IOException, InterruptedException {
        Path etc = Files.createDirectories(namespace.etc().resolve("courier"));
        Path sockets = Files.createDirectories(namespace.run().resolve("courier/authdaemon"));
        Commands.run("chmod", "-R", "777", namespace.run().resolve("courier").toString());
        Commands.run("chmod", "755", sockets.toString());
        Namespace.put(
                etc.resolve("authdaemonrc"),
                """
                authmodulelist="authuserdb"
                authmodulelistorig="authuserdb"
                daemons=5
                authdaemonvar=/run/courier/authdaemon
                DEBUG_LOGIN=0
                DEFAULTOPTIONS=""
                LOGGEROPTS=""
                """);
        Path users = etc.resolve("userdb");
        Accounts.put(
                users,
                Accounts.lines(
                        i ->
                                "u%1$d\tuid=%2$d|gid=%3$d|home=/|mail=/var/mail/u%1$d|shell=/bin/sh|systempw=%4$s"
                                        .formatted(
                                                i,
                                                Accounts.uid(i),
                                                Accounts.SHARED,
                                                Accounts.hash(i))),
                "rw-------");
        namespace.run("perl", "/usr/sbin/makeuserdb", "-f", users.toString());
    }

    @Override
    public String name() {
        return "courier";
    }

    @Override
    public int port() {
        return port;
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
    public void forget() throws IOException, InterruptedException {
        Commands.run(
                "find", namespace.spool().toString(), "-name", "courierpop3dsizelist", "-delete");
    }
}
