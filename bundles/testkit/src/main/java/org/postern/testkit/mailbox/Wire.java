package org.postern.testkit.mailbox;

import java.io.ByteArrayOutputStream;
import org.postern.api.mailbox.LineConvention;

/** A message as RFC 1939 sends it, made the slow and obvious way, to hold the encoder against. */
final class Wire {
    private Wire() {}

    static byte[] render(byte[] stored, LineConvention lines) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        int from = 0;
        while (from < stored.length) {
            int to = from;
            while (to < stored.length && stored[to] != '\n') {
                to++;
            }
            int end = to;
            boolean folds = lines == LineConvention.LF_OR_CRLF && to < stored.length;
            if (folds && end > from && stored[end - 1] == '\r') {
                end--;
            }
            if (end > from && stored[from] == '.') {
                wire.write('.');
            }
            wire.write(stored, from, end - from);
            wire.write('\r');
            wire.write('\n');
            from = to + 1;
        }
        return wire.toByteArray();
    }
}
