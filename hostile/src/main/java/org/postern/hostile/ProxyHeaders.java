package org.postern.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Headers of the PROXY protocol from somebody who is no proxy. */
final class ProxyHeaders implements Scenario {
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10};

    /** Lines that the longest header and what follows can be. */
    private static final int HEARD = 8;

    @Override
    public String name() {
        return "proxy-headers";
    }

    @Override
    public void attack(Options options, Swarm swarm, Findings findings) throws IOException {
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        second.writeBytes(SIGNATURE);
        second.writeBytes(new byte[] {0x21, 0x11, 0, 12, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 0, 110});
        List<byte[]> headers =
                List.of(
                        "PROXY TCP4 10.0.0.1 10.0.0.2 40000 110\r\n".getBytes(ISO_8859_1),
                        "PROXY UNKNOWN\r\n".getBytes(ISO_8859_1),
                        ("PROXY TCP4 " + "1".repeat(2000)).getBytes(ISO_8859_1),
                        second.toByteArray(),
                        SIGNATURE);
        Sources sources = new Sources(options.server(), 12, 100);
        String accepted = "";
        long end = System.nanoTime() + options.time().toNanos();
        do {
            for (byte[] header : headers) {
                accepted += said(options, sources, header);
            }
        } while (System.nanoTime() - end < 0 && accepted.isEmpty());
        findings.check("a stranger's header is an error, or closed", accepted.isEmpty(), accepted);
    }

    /**
     * Before TLS, where a header belongs. What was accepted of what came with it; nothing, it must
     * be.
     */
    private static String said(Options options, Sources sources, byte[] header) {
        try (Session session = Session.connect(options.server(), sources.next(), false)) {
            session.send(header);
            session.send("NOOP\r\nQUIT\r\n");
            session.line();
            for (int replies = 0; replies < HEARD; replies++) {
                // Where it is no header but a bad command, QUIT is answered and is the last.
                String line = session.line();
                if (line.startsWith("+OK") && replies == 0) {
                    return line;
                }
            }
        } catch (IOException closed) {
            // As it should be, or after QUIT.
        }
        return "";
    }
}
