package org.postern.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;

/** What somebody on the way puts behind STLS, or what was said before it, counts inside TLS. */
final class StlsInjection implements Scenario {
    @Override
    public String name() {
        return "stls-injection";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        if (options.tls() == Options.Encryption.IMPLICIT
                || !Offers.of(plain(options)).capability("STLS")) {
            findings.notOffered("STLS");
            return;
        }
        InetSocketAddress from = new Sources(options.server(), 10, 1).next();
        try (Session session = Session.connect(options.server(), from, false)) {
            session.line();
            session.send("STLS\r\nCAPA\r\nUSER injected\r\n");
            String begun = session.line();
            String after = "closed";
            try {
                session.encrypt();
                after = session.command("NOOP");
                // The answer to an injected CAPA would be first, and end with a dot.
                findings.check(
                        "what came behind STLS is thrown away",
                        after.startsWith("-ERR") && session.command("QUIT").startsWith("+OK"),
                        begun + " / " + after);
            } catch (IOException refused) {
                findings.check("what came behind STLS is thrown away", true, refused);
            }
        }
        try (Session session = Session.connect(options.server(), from, false)) {
            session.line();
            session.command("USER " + options.attacker().user());
            session.expectOk(session.command("STLS"));
            session.encrypt();
            String reply = session.command("PASS " + options.attacker().password());
            findings.check("a name from before is forgotten", reply.startsWith("-ERR"), reply);
        }
    }

    private static Options plain(Options options) {
        return new Options(
                options.server(),
                Options.Encryption.NONE,
                options.attacker(),
                options.victim(),
                options.connections(),
                options.time(),
                options.tries(),
                options.pid(),
                options.cpus(),
                options.names());
    }
}
