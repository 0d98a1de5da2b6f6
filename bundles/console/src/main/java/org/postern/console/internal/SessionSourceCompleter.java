package org.postern.console.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;

/** Addresses that sessions come from. */
@Service
public final class SessionSourceCompleter implements Completer {
    @Reference BundleContext context;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return LiveSessions.complete(
                context,
                info -> info.source().getAddress().getHostAddress(),
                session,
                line,
                candidates);
    }
}
