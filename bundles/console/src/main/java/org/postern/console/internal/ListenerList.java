package org.postern.console.internal;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.net.Network;
import org.postern.api.protocol.ListenerReport;
import org.postern.api.protocol.MailListener;

/** What listens, and everything in any configuration file that was refused. */
@Service
@Command(
        scope = "mail",
        name = "listener-list",
        description = "Lists the mail listeners, and what is wrong with any configuration.",
        detailedDescription =
                "States: open; waiting (bound, but its protocol or the limits policy is away);"
                        + " refused (not bound, see the detail); draining (closed, sessions are"
                        + " ending). A refused value is listed with its file, key and remedy; what was"
                        + " in force before it still is. With --no-format a listener is one line of"
                        + " eight fields divided by tabs: name, protocol, address, tls, state,"
                        + " sessions, detail, and the networks of proxies, with commas; lines without"
                        + " a tab are refused values.")
public final class ListenerList implements Action {
    @Option(name = "--no-format", description = "One line a listener for scripts, without a header")
    boolean noFormat;

    @Reference Session console;
    @Reference BundleContext context;

    @Override
    public Object execute() {
        PrintStream out = console.getConsole();
        try (Services services = new Services(context)) {
            table(services.all(MailListener.class)).print(out, noFormat, "No listeners.");
            List<String> problems =
                    services.all(ConfigurationStatus.class).stream()
                            .flatMap(status -> status.problems().stream())
                            .map(problem -> Table.plain(problem.toString()))
                            .distinct()
                            .sorted()
                            .toList();
            if (!problems.isEmpty() && !noFormat) {
                out.println();
                out.println("Refused, and not in force:");
            }
            problems.forEach(out::println);
        }
        return null;
    }

    // Last, for scripts that know the others by their place.
    private static String proxies(ListenerReport report) {
        return report.proxies().stream().map(Network::toString).collect(Collectors.joining(","));
    }

    private static Table table(List<MailListener> listeners) {
        Table table =
                new Table(
                        "Name",
                        "Protocol",
                        "Address",
                        "TLS",
                        "State",
                        "Sessions",
                        "Detail",
                        "Proxies");
        listeners.stream()
                .map(MailListener::report)
                .sorted(Comparator.comparing(ListenerReport::name))
                .forEach(
                        report ->
                                table.row(
                                        report.name(),
                                        report.protocol(),
                                        Endpoint.text(report.address(), report.port()),
                                        report.tls(),
                                        report.state().name().toLowerCase(Locale.ROOT),
                                        report.sessions(),
                                        report.detail(),
                                        proxies(report)));
        return table;
    }
}
