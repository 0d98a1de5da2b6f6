package org.postern.console.internal;

import java.io.PrintStream;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.postern.api.limits.LimitsInspection;
import org.postern.api.limits.LimitsReport;

/** The limits in force, how far they are used, and who is held off. */
@Service
@Command(
        scope = "mail",
        name = "limit-list",
        description = "Lists the limits in force, and the sources that have a penalty.",
        detailedDescription =
                "First what is counted, with what is allowed, and the settings in force; then the"
                        + " sources from which logins failed of late, the worst first, a hundred at"
                        + " most. States: noted (answers to failed logins are held back); limited"
                        + " (and few new connections); refused (no new connections until it has"
                        + " faded; mail:limit-forgive ends it). Names are not shown: people type"
                        + " passwords into the name field. With --no-format a figure is a line of"
                        + " three fields divided by tabs (name, value, allowed), and a source one"
                        + " of four (source, failures, milliseconds, state).")
public final class LimitList implements Action {
    @Option(name = "--no-format", description = "One line a figure for scripts, without a header")
    boolean noFormat;

    @Reference Session console;
    @Reference BundleContext context;

    @Override
    public Object execute() {
        PrintStream out = console.getConsole();
        LimitsReport report;
        try (Services services = new Services(context)) {
            report = services.require(LimitsInspection.class, "org.postern.limits").report();
        }
        Table figures = new Table("Limit", "Value", "Allowed");
        report.figures()
                .forEach(figure -> figures.row(figure.name(), figure.value(), figure.bound()));
        figures.print(out, noFormat, "No limits.");
        Table sources = new Table("Source", "Failures", "Penalty (ms)", "State");
        report.penalised()
                .forEach(
                        source ->
                                sources.row(
                                        source.source(),
                                        String.format(Locale.ROOT, "%.1f", source.failures()),
                                        source.penaltyMillis(),
                                        source.state()));
        if (!noFormat) {
            out.println();
        }
        sources.print(out, noFormat, "No source has a penalty.");
        return null;
    }
}
