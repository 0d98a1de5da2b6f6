package org.postern.hostile;

import java.io.IOException;
import java.util.List;

/** What the server says that it can, before login. */
record Offers(List<String> lines) {
    Offers {
        lines = List.copyOf(lines);
    }

    static Offers of(Options options) throws IOException {
        try (Session session = Session.open(options, new Sources(options.server(), 3, 1).next())) {
            return new Offers(session.capabilities());
        }
    }

    boolean capability(String name) {
        return lines.stream().anyMatch(line -> line.equals(name) || line.startsWith(name + " "));
    }

    /** Whether it is one of SASL's. */
    boolean mechanism(String name) {
        return lines.stream()
                .anyMatch(
                        line ->
                                line.startsWith("SASL ")
                                        && (line + " ").contains(" " + name + " "));
    }
}
