package org.postern.console.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.postern.api.auth.Authentication;
import org.postern.api.mailbox.Mailboxes;

/** What clients of an account would fetch again, if this server took over from another one. */
@Service
@Command(
        scope = "mail",
        name = "uidl-compare",
        description =
                "Shows which messages of an account have other unique-ids here than at another"
                        + " server.",
        detailedDescription =
                "FILE is what the other server answered to UIDL for the same mailbox, as curl saves"
                        + " it. The account's password is asked for; its mail is opened as by a"
                        + " client, and stays as it is. Clients that leave mail on the server fetch"
                        + " each message again whose id they do not know: those are listed, the"
                        + " first 20 of them, or all with --all. With --no-format only these are"
                        + " printed, one line each of three fields divided by tabs: the message's"
                        + " number, its id here, the id that the other server has under this number"
                        + " or -.")
public final class UidlCompare implements Action {
    private static final int SHOWN = 20;

    @Argument(
            name = "user",
            description = "The account's name, as its clients log in",
            required = true)
    @Completion(SessionUserCompleter.class)
    String user = "";

    @Argument(
            index = 1,
            name = "file",
            description = "The saved answer of the other server to UIDL",
            required = true)
    String file = "";

    @Option(name = "--local", description = "The address that clients connect to (virtual hosts)")
    String local = "127.0.0.1";

    @Option(name = "--all", description = "List every message, not only the first 20")
    boolean all;

    @Option(name = "--no-format", description = "One line a message for scripts, without a header")
    boolean noFormat;

    @Reference Session console;
    @Reference BundleContext context;

    @Override
    public Object execute() throws InterruptedException {
        InetAddress address = LimitForgive.literal(local);
        Map<Integer, String> there = SavedUidl.read(file);
        String password = password();
        List<String> here;
        try (Services services = new Services(context)) {
            here =
                    new AccountIds(
                                    services.require(Authentication.class, "org.postern.access"),
                                    services.require(Mailboxes.class, "org.postern.access"),
                                    address)
                            .of(user, password);
        }
        print(here, there);
        return null;
    }

    private String password() {
        try {
            String typed = console.readLine("Password: ", '*');
            return Optional.ofNullable(typed).orElse("");
        } catch (IOException | UnsupportedOperationException noTerminal) {
            throw new IllegalStateException(
                    "the password is typed: run this in a console with a terminal", noTerminal);
        }
    }

    private void print(List<String> here, Map<Integer, String> there) {
        Set<String> known = new HashSet<>(there.values());
        Table table = new Table("Message", "Unique-id here", "Unique-id there");
        int again = 0;
        for (int i = 0; i < here.size(); i++) {
            if (!known.contains(here.get(i))) {
                again++;
                if (all || noFormat || again <= SHOWN) {
                    table.row(i + 1, here.get(i), there.getOrDefault(i + 1, "-"));
                }
            }
        }
        PrintStream out = console.getConsole();
        if (noFormat || again > 0) {
            table.print(out, noFormat, "");
        }
        if (noFormat) {
            return;
        }
        if (again > SHOWN && !all) {
            out.println("and " + (again - SHOWN) + " more (--all lists them)");
        }
        known.removeAll(new HashSet<>(here));
        out.println(
                String.format(
                        Locale.ROOT,
                        "%d messages here, %d there. Clients that know those would fetch %d of"
                                + " them again. %d ids there belong to no message here.",
                        here.size(),
                        there.size(),
                        again,
                        known.size()));
    }
}
