package org.postern.console.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.postern.api.session.SessionId;
import org.postern.api.session.Sessions;

/** Ends sessions. */
@Service
@Command(
        scope = "mail",
        name = "session-kick",
        description = "Ends mail sessions at once.",
        detailedDescription =
                "The connection is closed without a word and without an update: messages that the"
                        + " client had marked for deletion stay. The client may connect again.")
public final class SessionKick implements Action {
    @Argument(
            name = "id",
            description = "Ids of the sessions, as mail:session-list shows them",
            required = true,
            multiValued = true)
    @Completion(SessionIdCompleter.class)
    List<String> ids = new ArrayList<>();

    @Reference Session console;
    @Reference BundleContext context;

    /** Ends all that there are before it complains about those that there are not. */
    @Override
    public Object execute() {
        List<String> missing = new ArrayList<>();
        try (Services services = new Services(context)) {
            Sessions sessions = services.require(Sessions.class, "org.postern.access");
            for (String id : new LinkedHashSet<>(ids)) {
                if (kick(sessions, id)) {
                    console.getConsole().println(id + " ended");
                } else {
                    missing.add(Table.plain(id));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("no session " + String.join(", ", missing));
        }
        return null;
    }

    private static boolean kick(Sessions sessions, String id) {
        SessionId session;
        try {
            session = new SessionId(id);
        } catch (IllegalArgumentException notOfThatForm) {
            return false;
        }
        return sessions.kick(session);
    }
}
