package org.postern.console.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.postern.api.session.SessionInfo;

/** Who is connected. */
@Service
@Command(
        scope = "mail",
        name = "session-list",
        description = "Lists the live mail sessions, oldest first.",
        detailedDescription =
                "A user of \"-\" has not logged in. Seconds count from the connection on. With"
                        + " --no-format a session is one line of eight fields divided by tabs: id,"
                        + " protocol, listener, user, source, tls, since, seconds.")
public final class SessionList implements Action {
    @Option(
            name = "--user",
            description = "Only this user's sessions, the name as listed; - for those of nobody",
            valueToShowInHelp = "everybody")
    @Completion(SessionUserCompleter.class)
    String user = "";

    @Option(
            name = "--source",
            description = "Only sessions from this address, without its port",
            valueToShowInHelp = "everywhere")
    @Completion(SessionSourceCompleter.class)
    String source = "";

    @Option(name = "--no-format", description = "One line a session for scripts, without a header")
    boolean noFormat;

    @Reference Session console;
    @Reference BundleContext context;

    @Override
    public Object execute() {
        Instant now = Instant.now();
        Table table =
                new Table(
                        "Id", "Protocol", "Listener", "User", "Source", "TLS", "Since", "Seconds");
        try (Services services = new Services(context)) {
            for (SessionInfo session : LiveSessions.of(services)) {
                if ((user.isEmpty() || user.equals(LiveSessions.user(session)))
                        && (source.isEmpty() || isFrom(session.source().getAddress()))) {
                    table.row(
                            session.id(),
                            session.protocol(),
                            session.listener(),
                            LiveSessions.user(session),
                            Endpoint.text(session.source()),
                            LiveSessions.tls(session),
                            session.since().truncatedTo(ChronoUnit.SECONDS),
                            Duration.between(session.since(), now).toSeconds());
                }
            }
        }
        table.print(console.getConsole(), noFormat, "No sessions.");
        return null;
    }

    // An IPv6 address has many forms; in brackets it is never looked up as a name.
    private boolean isFrom(InetAddress address) {
        if (source.indexOf(':') < 0) {
            return source.equals(address.getHostAddress());
        }
        try {
            return InetAddress.getByName("[" + source + "]").equals(address);
        } catch (UnknownHostException bad) {
            throw new IllegalArgumentException(Table.plain(source) + " is no address", bad);
        }
    }
}
