package org.postern.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code load MODE [OPTION VALUE]...}: puts load on a POP3 server and prints a report, one JSON
 * object on a line. Exit status 0 if nothing failed, 1 if something did, 64 for a command line that
 * makes no sense.
 */
public final class Load {
    private Load() {}

    public static void main(String[] arguments) throws Exception {
        try {
            if (arguments.length == 0) {
                throw new IllegalArgumentException("which mode?");
            }
            List<String> given = List.of(arguments).subList(1, arguments.length);
            Options options = Options.parse(given);
            if (options.warm() > 0) {
                warmUp(arguments[0], given, options.warm());
            }
            boolean failed =
                    arguments[0].equals("idle") ? idle(options) : print(run(arguments[0], options));
            System.exit(failed ? 1 : 0);
        } catch (IllegalArgumentException wrong) {
            System.err.print("load: " + wrong.getMessage() + "\n" + Options.USAGE);
            System.exit(64);
        }
    }

    /**
     * Runs any mode but idle to its end.
     *
     * @throws IllegalArgumentException for a mode that there is not
     */
    public static List<Report> run(String mode, Options options) throws InterruptedException {
        return switch (mode) {
            case "session" -> List.of(Sessions.run(options));
            case "retr" -> List.of(Retrievals.run(options));
            case "open" -> Openings.run(options);
            case "dele" -> List.of(Deletion.run(options));
            default -> throw new IllegalArgumentException(mode + "?");
        };
    }

    private static void warmUp(String mode, List<String> given, int seconds)
            throws InterruptedException {
        if (!mode.equals("session") && !mode.equals("retr")) {
            throw new IllegalArgumentException("--warm is for session and retr");
        }
        List<String> longer = new ArrayList<>(given);
        longer.addAll(List.of("--duration", Integer.toString(seconds), "--count", "1000000000"));
        run(mode, Options.parse(longer));
    }

    private static boolean idle(Options options) throws InterruptedException, IOException {
        try (IdleSessions sessions = IdleSessions.open(options)) {
            boolean failed = print(List.of(sessions.report()));
            while (System.in.read() >= 0) {
                // Told to end by the end of its input.
            }
            System.err.println(sessions.quit() + " sessions answered QUIT at the end");
            return failed;
        }
    }

    private static boolean print(List<Report> reports) {
        reports.forEach(System.out::println);
        return reports.stream().anyMatch(report -> report.number("errors").orElse(1) > 0);
    }

    static Report report(String mode, Options options) {
        return new Report()
                .put("mode", mode)
                .put("label", options.label())
                .put("port", options.server().getPort());
    }
}
