package org.postern.console.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.postern.api.limits.LimitsInspection;
import org.postern.api.net.Network;

/** Lets a source begin anew. */
@Service
@Command(
        scope = "mail",
        name = "limit-forgive",
        description = "Forgets the failed logins of a source.",
        detailedDescription =
                "The address counts as the source that it is in, as mail:limit-list shows it. What"
                        + " is held against names stays; it holds back failed answers only. A"
                        + " source that should never have a penalty belongs into exempt of"
                        + " org.postern.limits.cfg.")
public final class LimitForgive implements Action {
    @Argument(name = "address", description = "An address, and no name", required = true)
    String address = "";

    @Reference Session console;
    @Reference BundleContext context;

    @Override
    public Object execute() {
        InetAddress source = literal(address);
        try (Services services = new Services(context)) {
            boolean known =
                    services.require(LimitsInspection.class, "org.postern.limits").forgive(source);
            if (!known) {
                throw new IllegalArgumentException(
                        "nothing is held against " + Table.plain(address));
            }
        }
        console.getConsole().println(Table.plain(address) + " forgiven");
        return null;
    }

    // A literal and no name: nobody is asked who it is.
    static InetAddress literal(String text) {
        try {
            Network.parse(text);
            if (text.indexOf('/') < 0) {
                return InetAddress.getByName(text);
            }
        } catch (IllegalArgumentException | UnknownHostException notOne) {
            // Refused below.
        }
        throw new IllegalArgumentException(
                Table.plain(text) + " is no address, such as 198.51.100.7 or 2001:db8::1");
    }
}
