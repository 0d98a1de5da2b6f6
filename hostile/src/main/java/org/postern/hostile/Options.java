package org.postern.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param attacker an account for attacks that need one
 * @param victim the account of whoever is measured
 * @param connections of an attack at once
 * @param time of each attack, and a half of it before for comparison
 * @param tries for a scenario in which nothing but time was wrong: other work on the machine is
 *     nobody's fault
 * @param pid of the server's Java process, whose heap is looked at; 0 for none
 * @param cpus two processors, one for the attackers and one for the victim; empty for any
 * @param names of the scenarios; empty for all
 */
public record Options(
        InetSocketAddress server,
        Encryption tls,
        Login attacker,
        Login victim,
        int connections,
        Duration time,
        int tries,
        long pid,
        List<Integer> cpus,
        List<String> names) {
    static final String USAGE =
            """
            usage: hostile HOST PORT [OPTION...] [SCENARIO...]
              --tls none|implicit|starttls   how to talk to the port (none)
              --user NAME --password TEXT    the attackers' account; has a large message
              --victim-user NAME --victim-password TEXT   the victim's, another one
              --connections N                at once (1000)
              --seconds N                    of each attack (10)
              --tries N                      where only the time was wrong (1)
              --pid PID                      of the server's Java, to see its heap
              --cpus A,B|any                 the attackers' processor and the victim's (0,1)
            """;

    private static final Set<String> KEYS =
            Set.of(
                    "--tls",
                    "--user",
                    "--password",
                    "--victim-user",
                    "--victim-password",
                    "--connections",
                    "--seconds",
                    "--tries",
                    "--pid",
                    "--cpus");

    /** How a connection is encrypted. */
    public enum Encryption {
        NONE,
        IMPLICIT,
        STARTTLS
    }

    /** Somebody's name and password, of printable ASCII. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    public Options {
        cpus = List.copyOf(cpus);
        names = List.copyOf(names);
    }

    /**
     * @throws IllegalArgumentException with what is wrong
     */
    static Options parse(String[] arguments) throws IOException {
        List<String> plain = new ArrayList<>();
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                plain.add(arguments[i]);
            } else if (KEYS.contains(arguments[i]) && i + 1 < arguments.length) {
                given.put(arguments[i], arguments[++i]);
            } else {
                throw new IllegalArgumentException(arguments[i] + "?");
            }
        }
        if (plain.size() < 2) {
            throw new IllegalArgumentException("which host, and which port?");
        }
        Login attacker =
                new Login(
                        given.getOrDefault("--user", "nobody"),
                        given.getOrDefault("--password", "x"));
        String cpus = given.getOrDefault("--cpus", "0,1");
        List<Integer> pinned = new ArrayList<>();
        if (!cpus.equals("any")) {
            for (String cpu : cpus.split(",", 2)) {
                pinned.add(Integer.valueOf(cpu));
            }
        }
        return new Options(
                new InetSocketAddress(
                        InetAddress.getByName(plain.get(0)), Integer.parseInt(plain.get(1))),
                Encryption.valueOf(given.getOrDefault("--tls", "none").toUpperCase(Locale.ROOT)),
                attacker,
                new Login(
                        given.getOrDefault("--victim-user", attacker.user()),
                        given.getOrDefault("--victim-password", attacker.password())),
                Integer.parseInt(given.getOrDefault("--connections", "1000")),
                Duration.ofSeconds(Integer.parseInt(given.getOrDefault("--seconds", "10"))),
                Integer.parseInt(given.getOrDefault("--tries", "1")),
                Long.parseLong(given.getOrDefault("--pid", "0")),
                pinned,
                plain.subList(2, plain.size()));
    }
}
