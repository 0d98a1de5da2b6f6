package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postern.benchmarks.corpus.Corpus;
import org.postern.benchmarks.load.Report;

/**
 * What parts of the suite work with: servers, each started when it is first wanted and kept until
 * the end; the driver; and the results. For one thread, and for one more that ends it.
 */
final class Bench {
    private static final int QUIET_SECONDS = 60;
    private static final double QUIET = 0.02;

    // Beyond that a figure tells more of the machine's other guests than of a server.
    private static final double TOO_MUCH_STOLEN = 0.03;
    private static final int TRIES = 5;

    private final Plan plan;
    private final Workspace workspace;
    private final Driver driver;
    private final Results results;
    private final Map<String, List<? extends Server>> servers = new HashMap<>();
    private final List<Server> running = new ArrayList<>();
    private boolean ended;

    Bench(Plan plan) {
        this.plan = plan;
        this.workspace = new Workspace(plan.work(), plan.top());
        this.driver = plan.driver().isEmpty() ? Driver.own() : Driver.program(plan.driver());
        this.results = new Results(plan.results());
    }

    Plan plan() {
        return plan;
    }

    Results results() {
        return results;
    }

    Driver driver() {
        return driver;
    }

    Path scratch(String name) throws IOException {
        return workspace.directory("scratch").resolve(name);
    }

    Path corpora() throws IOException {
        return workspace.corpora();
    }

    /** How a server is started. */
    private interface Starter {
        List<? extends Server> start() throws IOException, InterruptedException;
    }

    private List<? extends Server> started(String name, Starter starter)
            throws IOException, InterruptedException {
        if (!servers.containsKey(name)) {
            List<? extends Server> views = starter.start();
            synchronized (running) {
                running.addAll(views);
            }
            servers.put(name, views);
            System.err.println(name + " is up");
        }
        return servers.get(name);
    }

    /** With virtual users: of mboxes, of Maildirs. Warmed up when it is started. */
    List<Postern.View> postern() throws IOException, InterruptedException {
        if (!servers.containsKey("postern")) {
            started("postern", () -> Postern.virtual(workspace));
            WarmUp.postern(this, views("postern"));
        }
        return views("postern");
    }

    /** With system users: by PAM, by shadow. Warmed up as well. */
    List<Postern.View> helped() throws IOException, InterruptedException {
        if (!servers.containsKey("postern-helper")) {
            started("postern-helper", () -> Postern.helped(workspace));
            WarmUp.helped(this, views("postern-helper"));
        }
        return views("postern-helper");
    }

    private List<Postern.View> views(String name) {
        return servers.get(name).stream().map(Postern.View.class::cast).toList();
    }

    /** Makes all mail, and fetches all packages, so that what is run later begins at once. */
    void prepare() throws IOException, InterruptedException {
        for (Corpus corpus : OpeningRows.corpora()) {
            corpus.make(corpora());
        }
        Corpus.SMALL.make(corpora());
        Corpus.HUGE.make(corpora());
        others("dovecot-tuned-mbox", "popa3d", "courier");
    }

    /** Others by their names, but those that the plan leaves out. */
    List<Server> others(String... names) throws IOException, InterruptedException {
        List<Server> others = new ArrayList<>();
        for (String name : names) {
            if (plan.only().isEmpty() || plan.only().contains(name)) {
                others.addAll(started(name, () -> List.of(other(name))));
            }
        }
        return others;
    }

    private Server other(String name) throws IOException, InterruptedException {
        return switch (name) {
            case "popa3d" -> new Popa3d(workspace);
            case "courier" -> new Courier(workspace);
            case "dovecot-mbox" -> new Dovecot(workspace, false, Format.MBOX);
            case "dovecot-tuned-mbox" -> new Dovecot(workspace, true, Format.MBOX);
            case "dovecot-tuned-maildir" -> new Dovecot(workspace, true, Format.MAILDIR);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** One of Postern's views, and others. */
    List<Server> beside(Server postern, String... names) throws IOException, InterruptedException {
        List<Server> all = new ArrayList<>(List.of(postern));
        all.addAll(others(names));
        return all;
    }

    /** All that serve small mailboxes, with them. */
    List<Server> everybody(int first) throws IOException, InterruptedException {
        List<Server> all = new ArrayList<>(postern());
        all.addAll(
                others(
                        "dovecot-tuned-mbox",
                        "dovecot-tuned-maildir",
                        "dovecot-mbox",
                        "popa3d",
                        "courier"));
        for (Server server : all) {
            server.mailboxes().placeAll(first, Accounts.SMALL_COUNT, Corpus.SMALL);
        }
        settle();
        return all;
    }

    /** Lets what was copied reach the disk, so that writing it is in nobody's figures. */
    void settle() throws IOException, InterruptedException {
        Commands.run("sync");
    }

    /** Runs a mode of the driver; the report has the server's processor time as well. */
    Report load(Server server, String mode, String... options)
            throws IOException, InterruptedException {
        double before = server.group().processorSeconds();
        Report report = driver.run(server, mode, options);
        report.put("server_cpu_s", server.group().processorSeconds() - before);
        results.add(report);
        complain(report);
        return report;
    }

    /** Something that is measured, and can be measured again. */
    interface Measurement<T> {
        T take() throws IOException, InterruptedException;
    }

    /**
     * Measures again while a hypervisor has given the processors to others meanwhile; what the last
     * of {@link #TRIES} attempts gave is taken as it is.
     */
    <T> T undisturbed(Measurement<T> measurement) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Processors before = Processors.now();
            T result = measurement.take();
            double stolen = Processors.now().stolenSince(before);
            if (stolen < TOO_MUCH_STOLEN) {
                return result;
            }
            System.err.printf("  %.0f %% of the processors were stolen%n", 100 * stolen);
            if (attempt == TRIES) {
                return result;
            }
        }
    }

    /** At once: the table, which has it too, is printed an hour later. */
    static void complain(Report report) {
        if (report.number("errors").orElse(0) > 0) {
            System.err.println(report);
        }
    }

    /**
     * @throws IOException if the report has no such number: the run failed
     */
    static double number(Report report, String key) throws IOException {
        return report.number(key).orElseThrow(() -> new IOException("no " + key + ": " + report));
    }

    /** Returns when a server does nothing any more, or does not stop doing something. */
    static void awaitQuiet(Server server) throws IOException, InterruptedException {
        for (int i = 0; i < QUIET_SECONDS; i++) {
            double before = server.group().processorSeconds();
            Thread.sleep(1000);
            if (i > 1 && server.group().processorSeconds() - before < QUIET) {
                return;
            }
        }
    }

    /** Ends all servers; also while something runs. */
    void end() throws IOException, InterruptedException {
        synchronized (running) {
            if (!ended) {
                ended = true;
                for (Server server : running) {
                    server.stop();
                }
            }
        }
    }
}
