package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Debian's popa3d, which xinetd starts for each connection, without Nagle's algorithm; PAM asks
 * pam_unix and nothing else.
 */
final class Popa3d implements Server {
    private static final List<String> PACKAGES = List.of("popa3d", "xinetd", "libwrap0");

    private final Namespace namespace;
    private final Mailboxes mailboxes;
    private final int port = Workspace.freePort();

    Popa3d(Workspace workspace) throws IOException, InterruptedException {
        namespace =
                new Namespace(
                        workspace, "popa3d", new Packages(workspace).unpacked("popa3d", PACKAGES));
        mailboxes = namespace.mailboxes(Format.MBOX, Accounts::uid);
        Files.createDirectories(namespace.lib().resolve("popa3d"));
        Path configuration =
                Namespace.put(
                        namespace.directory("conf").resolve("xinetd.conf"),
                        """
                        defaults
                        {
                            instances = UNLIMITED
                            per_source = UNLIMITED
                            cps = 100000 1
                        }
                        service pop3
                        {
                            type = UNLISTED
                            socket_type = stream
                            protocol = tcp
                            wait = no
                            user = root
                            bind = 127.0.0.1
                            port = %d
                            flags = NODELAY
                            server = /usr/sbin/popa3d
                        }
                        """
                                .formatted(port));
        namespace.start(
                Map.of(),
                "/usr/sbin/xinetd",
                "-dontfork",
                "-f",
                configuration.toString(),
                "-pidfile",
                "/run/xinetd.pid");
        namespace.await(port);
    }

    @Override
    public String name() {
        return "popa3d";
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
}
