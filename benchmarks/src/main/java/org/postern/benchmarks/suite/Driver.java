package org.postern.benchmarks.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postern.benchmarks.load.IdleSessions;
import org.postern.benchmarks.load.Load;
import org.postern.benchmarks.load.Options;
import org.postern.benchmarks.load.Report;

/**
 * Who puts the load on: our own driver in this process, where it is compiled once for all servers,
 * or another program that takes the same options and says the same things.
 */
interface Driver {
    /** Runs a mode to its end; the last of its reports. */
    Report run(Server server, String mode, String... options)
            throws IOException, InterruptedException;

    /** Idle sessions, open until it is closed. */
    Idle idle(Server server, String... options) throws IOException, InterruptedException;

    /** Sessions that are up. */
    interface Idle extends AutoCloseable {
        Report report();

        @Override
        void close();
    }

    /** This process. */
    static Driver own() {
        return new Driver() {
            @Override
            public Report run(Server server, String mode, String... options)
                    throws InterruptedException {
                List<Report> reports = Load.run(mode, Options.parse(arguments(server, options)));
                return reports.get(reports.size() - 1);
            }

            @Override
            public Idle idle(Server server, String... options) throws InterruptedException {
                IdleSessions sessions =
                        IdleSessions.open(Options.parse(arguments(server, options)));
                return new Idle() {
                    @Override
                    public Report report() {
                        return sessions.report();
                    }

                    @Override
                    public void close() {
                        sessions.close();
                    }
                };
            }
        };
    }

    /** Another program. */
    static Driver program(String path) {
        return new Driver() {
            @Override
            public Report run(Server server, String mode, String... options)
                    throws IOException, InterruptedException {
                Process process = start(server, mode, options);
                List<Report> reports = new ArrayList<>();
                try (BufferedReader lines = reader(process)) {
                    lines.lines().map(Report::parse).forEach(reports::add);
                }
                process.waitFor();
                return reports.get(reports.size() - 1);
            }

            @Override
            public Idle idle(Server server, String... options) throws IOException {
                Process process = start(server, "idle", options);
                Report report = Report.parse(reader(process).readLine());
                return new Idle() {
                    @Override
                    public Report report() {
                        return report;
                    }

                    @Override
                    public void close() {
                        process.destroy();
                        process.onExit().join();
                    }
                };
            }

            private Process start(Server server, String mode, String... options)
                    throws IOException {
                List<String> command = new ArrayList<>(List.of(path, mode));
                command.addAll(arguments(server, options));
                if (mode.equals("idle")) {
                    command.addAll(List.of("--hold", "3600"));
                }
                return new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
            }

            private BufferedReader reader(Process process) {
                return new BufferedReader(
                        new InputStreamReader(
                                process.getInputStream(), StandardCharsets.ISO_8859_1));
            }
        };
    }

    private static List<String> arguments(Server server, String... options) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--port",
                                Integer.toString(server.port()),
                                "--user",
                                server.users(),
                                "--pass",
                                "u%d",
                                "--label",
                                server.name()));
        all.addAll(Arrays.asList(options));
        return all;
    }
}
