package org.postern.hostile;

/** Logs in as the attackers' account, then does what it is for. */
abstract class LoggedIn implements Peer {
    private final Options.Login login;
    private int replies;
    private boolean in;

    LoggedIn(Options options) {
        login = options.attacker();
    }

    /** It is in. */
    abstract void begin(Wire wire);

    /** What the server says then. */
    abstract void reply(Wire wire, String line);

    /** The server does not let it in. */
    void refused(Wire wire, String line) {
        wire.reset();
    }

    boolean isIn() {
        return in;
    }

    @Override
    public final void line(Wire wire, String line) {
        if (in) {
            reply(wire, line);
            return;
        }
        if (!line.startsWith("+OK")) {
            refused(wire, line);
            return;
        }
        switch (replies++) {
            case 0 -> wire.send("USER " + login.user() + "\r\n");
            case 1 -> wire.send("PASS " + login.password() + "\r\n");
            default -> {
                in = true;
                begin(wire);
            }
        }
    }
}
