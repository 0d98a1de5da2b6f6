package org.postern.pop3.internal;

import java.util.ArrayList;
import java.util.List;
import org.postern.api.auth.Mechanism;

/**
 * What CAPA lists (RFC 2449): what can be done on this connection now, and nothing else. There is
 * no LOGIN-DELAY: no time has to pass between two logins.
 */
final class Capabilities {
    private Capabilities() {}

    static List<String> of(Pop3Actions actions, boolean loggedIn) {
        List<String> all = new ArrayList<>(List.of("TOP", "UIDL"));
        if (!loggedIn && actions.canEncrypt()) {
            all.add("STLS");
        }
        if (actions.passwordsAllowed()) {
            all.add("USER");
            List<Mechanism> mechanisms = actions.mechanisms();
            if (!mechanisms.isEmpty()) {
                StringBuilder sasl = new StringBuilder("SASL");
                mechanisms.forEach(mechanism -> sasl.append(' ').append(mechanism.name()));
                all.add(sasl.toString());
            }
        }
        all.add("RESP-CODES");
        all.add("AUTH-RESP-CODE");
        all.add("PIPELINING");
        all.add("EXPIRE NEVER");
        // USER: names and passwords are octets, so they may be UTF-8 as well.
        all.add("UTF8 USER");
        all.add("LANG");
        if (loggedIn) {
            // To strangers it says nothing about itself.
            all.add("IMPLEMENTATION Postern");
        }
        return all;
    }
}
