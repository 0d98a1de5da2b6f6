package org.postern.benchmarks.load;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run is to do.
 *
 * @param user of the i-th account, with {@code %d} for i
 * @param password likewise
 * @param users how many accounts take turns
 * @param first number of the first of them
 * @param clients at once
 * @param count of sessions, at most
 * @param seconds after which no session is begun; 0 for no such bound
 * @param warm seconds of the same before, in a program of its own: until our code is compiled
 * @param depth of commands that are sent before the first is answered
 * @param timeout seconds that one answer may take
 * @param step between two messages that are deleted
 * @param verify whether to count again after a deletion, in another session
 * @param login whether idle sessions have logged in
 * @param label said again in the report
 */
public record Options(
        InetSocketAddress server,
        String user,
        String password,
        int users,
        int first,
        int clients,
        long count,
        double seconds,
        int warm,
        int depth,
        int timeout,
        int step,
        boolean verify,
        boolean login,
        String label) {

    static final String USAGE =
            """
            usage: load session|retr|open|idle|dele [OPTION VALUE]...
              --host ADDRESS --port N       (127.0.0.1, 110)
              --user TEXT --pass TEXT       %d stands for the account's number (u%d, u%d)
              --users N --first N           accounts that take turns (50, from 1 on)
              --conc N                      clients at once (1)
              --count N --duration SECONDS  sessions at most, and how long (1000, 0: until they are done)
              --warm SECONDS                of the same, before what is measured (0)
              --depth N                     commands sent before the first is answered (1)
              --timeout SECONDS             for one answer (60)
              --step N --verify yes|no      of dele: every Nth message; count afterwards (2, no)
              --state auth|preauth          of idle: logged in or not (auth); ends with its input
              --label TEXT                  said again in the report
            """;

    private static final List<String> KEYS =
            List.of(
                    "--host",
                    "--port",
                    "--user",
                    "--pass",
                    "--users",
                    "--first",
                    "--conc",
                    "--count",
                    "--duration",
                    "--warm",
                    "--depth",
                    "--timeout",
                    "--step",
                    "--verify",
                    "--state",
                    "--label");

    public Options {
        if (users < 1 || clients < 1 || count < 1 || depth < 1 || timeout < 1 || step < 1) {
            throw new IllegalArgumentException("numbers begin at 1");
        }
    }

    /**
     * @throws IllegalArgumentException with what is wrong
     */
    public static Options parse(List<String> arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            if (!KEYS.contains(arguments.get(i)) || i + 1 == arguments.size()) {
                throw new IllegalArgumentException(arguments.get(i) + "?");
            }
            given.put(arguments.get(i), arguments.get(i + 1));
        }
        return new Options(
                new InetSocketAddress(
                        given.getOrDefault("--host", "127.0.0.1"),
                        Integer.parseInt(given.getOrDefault("--port", "110"))),
                given.getOrDefault("--user", "u%d"),
                given.getOrDefault("--pass", "u%d"),
                Integer.parseInt(given.getOrDefault("--users", "50")),
                Integer.parseInt(given.getOrDefault("--first", "1")),
                Integer.parseInt(given.getOrDefault("--conc", "1")),
                Long.parseLong(given.getOrDefault("--count", "1000")),
                Double.parseDouble(given.getOrDefault("--duration", "0")),
                Integer.parseInt(given.getOrDefault("--warm", "0")),
                Integer.parseInt(given.getOrDefault("--depth", "1")),
                Integer.parseInt(given.getOrDefault("--timeout", "60")),
                Integer.parseInt(given.getOrDefault("--step", "2")),
                given.getOrDefault("--verify", "no").equals("yes"),
                given.getOrDefault("--state", "auth").equals("auth"),
                given.getOrDefault("--label", ""));
    }

    /** The number of the account whose turn it is. */
    int account(long session) {
        return first + (int) (session % users);
    }

    String user(int account) {
        return user.replace("%d", Integer.toString(account));
    }

    String password(int account) {
        return password.replace("%d", Integer.toString(account));
    }
}
