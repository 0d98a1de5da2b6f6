package org.postern.console.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.AuthenticatorStatus;
import org.postern.api.auth.Mechanism;
import org.postern.api.sasl.SaslMechanism;

/** Who is asked about a password, and whether they could answer. */
@Service
@Command(
        scope = "mail",
        name = "auth-list",
        description =
                "Lists the authentication backends, in the order in which they are asked, and the"
                        + " SASL mechanisms.",
        detailedDescription =
                "The order is that of org.postern.auth.cfg; a listener's own order is in its file."
                        + " States: usable; unusable (see the detail); absent (configured, but no"
                        + " bundle offers it: logins that it might have accepted are told to try"
                        + " again); unused (offered, but not configured). With --no-format a backend"
                        + " is one line of four fields divided by tabs: order or -, name, state,"
                        + " detail. Below it are the SASL mechanisms that these backends or bundles know; those"
                        + " without a remark are offered where a listener has no other backends and"
                        + " its `mechanisms` lists them (or is empty, but for SCRAM).")
public final class AuthList implements Action {
    @Option(name = "--no-format", description = "One line a backend for scripts, without a header")
    boolean noFormat;

    @Reference Session console;
    @Reference BundleContext context;

    @Override
    public Object execute() {
        Table table = new Table("Order", "Backend", "State", "Detail");
        String sasl;
        try (Services services = new Services(context)) {
            Map<String, Authenticator> present =
                    services.named(Authenticator.class, Authenticator.NAME);
            Authentication chain = services.require(Authentication.class, "org.postern.access");
            List<String> order = chain.backends();
            int position = 1;
            for (String name : order) {
                Optional<AuthenticatorStatus> status =
                        Optional.ofNullable(present.get(name)).map(Authenticator::status);
                table.row(
                        position++,
                        name,
                        status.map(AuthList::state).orElse("absent"),
                        status.map(AuthenticatorStatus::detail)
                                .orElse("no started bundle offers this backend"));
            }
            present.keySet().removeAll(order);
            present.forEach(
                    (name, authenticator) ->
                            table.row("-", name, "unused", authenticator.status().detail()));
            sasl =
                    mechanisms(
                            chain.mechanisms(order),
                            services.named(SaslMechanism.class, SaslMechanism.NAME).keySet());
        }
        table.print(console.getConsole(), noFormat, "No backends: nobody can log in.");
        if (!noFormat) {
            console.getConsole().println(sasl);
        }
        return null;
    }

    /** What can be offered where a listener lists it, and why the rest cannot. */
    private static String mechanisms(Set<Mechanism> served, Set<String> installed) {
        Set<String> all = new TreeSet<>(installed);
        served.forEach(mechanism -> all.add(mechanism.name()));
        all.remove(Mechanism.PASSWORD.name());
        StringJoiner list = new StringJoiner(", ", "SASL: ", "");
        for (String name : all) {
            String missing = installed.contains(name) ? "" : " (not installed)";
            boolean serves = Mechanism.of(name).filter(served::contains).isPresent();
            list.add(Table.plain(name) + (serves ? missing : " (not served by all backends)"));
        }
        return list.toString();
    }

    private static String state(AuthenticatorStatus status) {
        return status.usable() ? "usable" : "unusable";
    }
}
