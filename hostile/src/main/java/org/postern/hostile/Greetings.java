package org.postern.hostile;

/** How connections were received. */
final class Greetings {
    private int greeted;
    private int refused;
    private int closed;
    private String wrong = "";

    void count(String line) {
        if (line.startsWith("+OK")) {
            greeted++;
            return;
        }
        refused++;
        // A client that reads these asks its user for another password (RFC 3206).
        if (!line.startsWith("-ERR") || line.contains("[AUTH]")) {
            wrong = line;
        }
    }

    void countClosed() {
        closed++;
    }

    int greeted() {
        return greeted;
    }

    void check(Findings findings) {
        findings.check("nobody is refused in words of a wrong password", wrong.isEmpty(), wrong);
    }

    @Override
    public String toString() {
        return greeted + " greeted, " + refused + " refused, " + closed + " closed";
    }
}
