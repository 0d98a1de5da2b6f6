package org.postern.console.internal;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.osgi.framework.BundleContext;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.Sessions;

/** The live sessions in words that commands print, filter and complete. */
final class LiveSessions {
    private LiveSessions() {}

    static List<SessionInfo> of(Services services) {
        return services.require(Sessions.class, "org.postern.access").live();
    }

    /** The account's name, escaped, or "-". */
    static String user(SessionInfo session) {
        return session.account().map(account -> account.name().toString()).orElse("-");
    }

    static String tls(SessionInfo session) {
        return session.tls().name().toLowerCase(Locale.ROOT);
    }

    /** Completes by one word of each session; nothing where there are no sessions to be had. */
    static int complete(
            BundleContext context,
            Function<SessionInfo, String> word,
            Session session,
            CommandLine line,
            List<String> candidates) {
        try (Services services = new Services(context)) {
            List<String> words =
                    services.find(Sessions.class).map(Sessions::live).stream()
                            .flatMap(List::stream)
                            .map(word)
                            .toList();
            return new StringsCompleter(words).complete(session, line, candidates);
        }
    }
}
