package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Dovecot, as it comes (a process for each login and each session) or tuned: its processes serve
 * one session after the other as one user for all mail, and write no flags. Limits that would stop
 * one busy source are lifted in both.
 */
final class Dovecot implements Server {
    private static final List<String> PACKAGES =
            List.of(
                    "dovecot-core",
                    "dovecot-pop3d",
                    "libexttextcat-2.0-0",
                    "liblua5.4-0",
                    "libstemmer0d",
                    "libsodium23",
                    "libunwind8",
                    "libtirpc3",
                    "libapparmor1",
                    "libwrap0");

    private final String name;
    private final Namespace namespace;
    private final Mailboxes mailboxes;
    private final int port = Workspace.freePort();

    Dovecot(Workspace workspace, boolean tuned, Format format)
            throws IOException, InterruptedException {
        String kind = format.name().toLowerCase(Locale.ROOT);
        name = "dovecot-" + (tuned ? "tuned-" : "") + kind;
        namespace =
                new Namespace(
                        workspace, name, new Packages(workspace).unpacked("dovecot", PACKAGES));
        mailboxes = namespace.mailboxes(format, i -> tuned ? Accounts.SHARED : Accounts.uid(i));
        Path conf = namespace.directory("conf");
        Accounts.put(
                conf.resolve("users"),
                Accounts.lines(
                        i ->
                                "u%d:{CRYPT}%s:%d:%d::/nonexistent::"
                                        .formatted(
                                                i,
                                                Accounts.hash(i),
                                                tuned ? Accounts.SHARED : Accounts.uid(i),
                                                Accounts.SHARED)),
                "rw-r--r--");
        forget();
        Path configuration =
                Namespace.put(conf.resolve("dovecot.conf"), configuration(conf, kind, tuned));
        namespace.start(Map.of(), "/usr/sbin/dovecot", "-F", "-c", configuration.toString());
        namespace.await(port);
    }

    private String configuration(Path conf, String kind, boolean tuned) throws IOException {
        String root = kind.equals("mbox") ? "/nonexistent:INBOX=/var/mail/%u" : "/var/mail/%u";
        return """
                base_dir = /run/dovecot
                state_dir = /run/dovecot/state
                instance_name = %1$s
                protocols = pop3
                listen = 127.0.0.1
                ssl = no
                disable_plaintext_auth = no
                auth_mechanisms = plain
                auth_failure_delay = 0
                mail_max_userip_connections = 0
                log_path = /dev/stderr
                info_log_path = /dev/null
                mail_location = %2$s:%3$s:INDEX=%4$s/%%u
                mbox_write_locks = fcntl
                mbox_read_locks = fcntl
                first_valid_uid = 1000
                default_process_limit = 12000
                default_client_limit = 24000
                default_vsz_limit = 2G
                passdb {
                  driver = passwd-file
                  args = username_format=%%u %5$s/users
                }
                userdb {
                  driver = passwd-file
                  args = username_format=%%u %5$s/users
                }
                service anvil {
                  client_limit = 48000
                  unix_listener anvil-auth-penalty {
                    mode = 0
                  }
                }
                service pop3-login {
                  inet_listener pop3 {
                    address = 127.0.0.1
                    port = %6$d
                  }
                  inet_listener pop3s {
                    port = 0
                  }
                  process_limit = 12000
                  %7$s
                }
                service pop3 {
                  process_limit = 12000
                  %8$s
                }
                protocol pop3 {
                  pop3_no_flag_updates = %9$s
                }
                """
                .formatted(
                        name,
                        kind,
                        root,
                        namespace.directory("index"),
                        conf,
                        port,
                        tuned
                                ? "service_count = 0\n  process_min_avail = 2\n  client_limit = 12000"
                                : "service_count = 1",
                        tuned
                                ? "service_count = 1000\n  process_min_avail = 4"
                                : "service_count = 1",
                        tuned ? "yes" : "no");
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
    public ControlGroup group() {
        return namespace.group();
    }

    @Override
    public Mailboxes mailboxes() {
        return mailboxes;
    }

    @Override
    public void forget() throws IOException, InterruptedException {
        Path index = namespace.directory("index");
        Commands.run("find", index.toString(), "-mindepth", "1", "-delete");
        Commands.run("chmod", "1777", index.toString());
        Commands.run(
                "find", namespace.spool().toString(), "-name", "dovecot*", "-type", "f", "-delete");
    }
}
