package org.postern.testkit.mailbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** Messages that every format can hold. */
final class Mail {
    private static final int LONG_LINE = 100_000;

    private Mail() {}

    static byte[] plain(int number) {
        return octets(
                "Received: from a by b; id " + number + "\nSubject: " + number + "\n\nText\n");
    }

    /** What servers have got wrong: dots, 8-bit octets, NULs, lone CRs, no body, long lines. */
    static List<byte[]> troublesome() {
        List<byte[]> all = new ArrayList<>();
        all.add(octets("Subject: dots\n\n.\n..\n.x\n.\n"));
        all.add(octets("Subject: 8 bit\n\n\u00e9\u00ff\u0080 caf\u00c3\u00a9\n"));
        all.add(octets("Subject: NUL\n\n\0\0a\0\n\0\n"));
        all.add(octets("Subject: lone CR\n\na\rb\r\rc\n"));
        all.add(octets("Subject: no body\n\n"));
        all.add(octets("Subject: quoted\n\n>From here\nTo: there\n\n\n\nend\n"));
        all.add(octets("Subject: long\n\n" + "x".repeat(LONG_LINE) + "\n." + "y".repeat(9) + "\n"));
        all.add(octets("Subject: control\n\n\u001b[2J\u0007\b\t\u007f\n"));
        return all;
    }

    static List<byte[]> plain(int from, int to) {
        List<byte[]> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            all.add(plain(i));
        }
        return all;
    }

    static byte[] octets(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }
}
