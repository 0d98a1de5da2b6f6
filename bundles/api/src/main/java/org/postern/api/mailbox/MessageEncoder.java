package org.postern.api.mailbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The one way from stored octets to octets on the wire: line ends become CRLF, a dot at the start
 * of a line is doubled (RFC 1939 section 3), TOP stops after its lines, NULs may be substituted,
 * and what is sent is counted before dot-stuffing. LIST's sizes come from the same loop ({@link
 * #count}) and so cannot disagree with what RETR sends.
 *
 * <p>A message is fed in pieces of any size; state is a few flags, whatever a line's length. For
 * one thread, one message.
 */
public final class MessageEncoder {
    /** For {@link #MessageEncoder}: the whole message. */
    public static final long ALL_LINES = -1;

    /** For {@link #MessageEncoder}: NULs are sent as they are. */
    public static final int KEEP_NUL = -1;

    private final boolean foldCr;
    private final int nulSubstitute;
    private final boolean substitutes;
    private final boolean bounded;
    private long bodyLines;

    private boolean lineEmpty = true;
    private boolean pendingCr;
    private boolean inBody;
    private boolean complete;
    private long octets;

    /**
     * @param lines what ends a line in the stored octets
     * @param bodyLines TOP's line count, counted after the first empty line; or {@link #ALL_LINES}
     * @param nulSubstitute an octet sent in place of each NUL; or {@link #KEEP_NUL}
     */
    public MessageEncoder(LineConvention lines, long bodyLines, int nulSubstitute) {
        this.foldCr = lines == LineConvention.LF_OR_CRLF;
        this.bounded = bodyLines != ALL_LINES;
        this.bodyLines = bodyLines;
        this.nulSubstitute = nulSubstitute;
        this.substitutes = nulSubstitute != KEEP_NUL;
    }

    /** An encoder for a whole message, NULs kept. */
    public static MessageEncoder whole(LineConvention lines) {
        return new MessageEncoder(lines, ALL_LINES, KEEP_NUL);
    }

    /**
     * The size of a message stored with {@link LineConvention#LF}, from what a parser has counted:
     * each LF is sent as two octets, and a missing last line end is added.
     */
    public static long octetsOf(long stored, long lineFeeds, boolean finalLineEndMissing) {
        return Math.addExact(Math.addExact(stored, lineFeeds), finalLineEndMissing ? 2 : 0);
    }

    /** Octets so far, before dot-stuffing. */
    public long octets() {
        return octets;
    }

    /** Whether TOP has all its lines: nothing more is to be read or encoded. */
    public boolean complete() {
        return complete;
    }

    /** Whether what was encoded so far ends inside a line, so that {@link #finish} adds its end. */
    public boolean insideLine() {
        return !lineEmpty || pendingCr;
    }

    /**
     * Counts a piece of a message without encoding it; consumes it all. The buffer is little-endian
     * afterwards.
     */
    public void count(ByteBuffer source) {
        run(source, null);
    }

    /**
     * Encodes as much of a piece as fits. Returns with octets left in the source only when fewer
     * than four octets of room are left in the target, or when {@link #complete}. Both buffers are
     * little-endian afterwards.
     */
    public void encode(ByteBuffer source, ByteBuffer target) {
        run(source, target);
    }

    /**
     * Ends the message: a last line without an end gets one. Wants four octets of room.
     *
     * @param target where to, or null to count only
     */
    public void finish(ByteBuffer target) {
        if (pendingCr) {
            pendingCr = false;
            lineEmpty = false;
            put(target, '\r');
        }
        if (!lineEmpty) {
            endLine(target);
        }
    }

    // Room for the largest thing one stored octet can become: a held CR, a dot twice or CR LF.
    private static final int ROOM = 4;

    private void run(ByteBuffer source, ByteBuffer target) {
        while (mayGoOn(source, target)) {
            if (!bounded && !pendingCr) {
                words(source, target);
                if (!mayGoOn(source, target)) {
                    return;
                }
            }
            byte octet = source.get(source.position());
            if (octet == '\n') {
                source.get();
                pendingCr = false;
                endLine(target);
            } else if (pendingCr) {
                pendingCr = false;
                startLine(target, (byte) '\r');
                put(target, '\r');
            } else if (octet == '\r' && foldCr) {
                source.get();
                pendingCr = true;
            } else {
                startLine(target, octet);
                copyRun(source, target);
            }
        }
    }

    private boolean mayGoOn(ByteBuffer source, ByteBuffer target) {
        return source.hasRemaining() && !complete && (target == null || target.remaining() >= ROOM);
    }

    // Eight octets at a time, up to one that is more than copied or the end of a line, or to where
    // one of the buffers has no eight more: a message is copied at a third of memory's speed.
    private void words(ByteBuffer source, ByteBuffer target) {
        source.order(ByteOrder.LITTLE_ENDIAN);
        if (target == null) {
            countWords(source);
        } else {
            target.order(ByteOrder.LITTLE_ENDIAN);
            copyWords(source, target);
        }
    }

    private void copyWords(ByteBuffer source, ByteBuffer target) {
        int from = source.position();
        int to = target.position();
        int last = source.limit();
        // The end of a line and two dots.
        int lastTo = target.limit() - 4;
        int stuffed = 0;
        if (lineEmpty && to <= lastTo && source.get(from) == '.') {
            target.put(to, (byte) '.').put(to + 1, (byte) '.');
            from++;
            to += 2;
            stuffed++;
        }
        while (true) {
            int most = Math.min(last - from, lastTo - to) & -Long.BYTES;
            if (most <= 0) {
                break;
            }
            int copied = copyPlain(source, from, target, to, most);
            from += copied;
            to += copied;
            if (copied == most) {
                continue;
            }
            byte octet = source.get(from);
            if (octet == '\n') {
                from++;
                target.put(to, (byte) '\r').put(to + 1, (byte) '\n');
                to += 2;
                if (from < last && source.get(from) == '.') {
                    target.put(to, (byte) '.').put(to + 1, (byte) '.');
                    from++;
                    to += 2;
                    stuffed++;
                }
            } else if ((octet == '\r' && foldCr) || (octet == 0 && substitutes)) {
                break;
            } else {
                target.put(to, octet);
                from++;
                to++;
            }
        }
        if (from > source.position()) {
            lineEmpty = source.get(from - 1) == '\n';
        }
        octets += to - target.position() - stuffed;
        source.position(from);
        target.position(to);
    }

    // Copies up to an octet that may be more than copied, or all, and returns how many: one
    // comparison a word finds line ends and NULs, and a few controls that are not. A method of its
    // own because it is the innermost loop that the compiler frees of checks.
    private static int copyPlain(
            ByteBuffer source, int from, ByteBuffer target, int to, int octets) {
        for (int at = 0; at < octets; at += Long.BYTES) {
            long word = source.getLong(from + at);
            target.putLong(to + at, word);
            long low = Octets.below(word, Octets.ABOVE_LINE_ENDS);
            if (low != 0) {
                return at + Octets.first(low);
            }
        }
        return octets;
    }

    private void countWords(ByteBuffer source) {
        int from = source.position();
        int last = source.limit() - Long.BYTES;
        long lineFeeds = 0;
        while (from <= last) {
            long word = source.getLong(from);
            if (foldCr && Octets.in(word, Octets.CARRIAGE_RETURNS) != 0) {
                break;
            }
            lineFeeds += Octets.count(word, Octets.LINE_FEEDS);
            from += Long.BYTES;
        }
        int read = from - source.position();
        if (read > 0) {
            octets += read + lineFeeds;
            lineEmpty = source.get(from - 1) == '\n';
            source.position(from);
        }
    }

    private void startLine(ByteBuffer target, byte first) {
        if (lineEmpty) {
            lineEmpty = false;
            if (first == '.' && target != null) {
                target.put((byte) '.');
            }
        }
    }

    private void copyRun(ByteBuffer source, ByteBuffer target) {
        int from = source.position();
        int room = target == null ? source.remaining() : target.remaining();
        int limit = from + Math.min(source.remaining(), room);
        int to = from;
        while (to < limit && !endsRun(source.get(to))) {
            to++;
        }
        if (target != null) {
            if (substitutes) {
                for (int i = from; i < to; i++) {
                    byte octet = source.get(i);
                    target.put(octet == 0 ? (byte) nulSubstitute : octet);
                }
            } else {
                target.put(target.position(), source, from, to - from);
                target.position(target.position() + to - from);
            }
        }
        octets += to - from;
        source.position(to);
    }

    private boolean endsRun(byte octet) {
        return octet == '\n' || (foldCr && octet == '\r');
    }

    private void endLine(ByteBuffer target) {
        put(target, '\r');
        put(target, '\n');
        if (bounded) {
            if (inBody) {
                bodyLines--;
            }
            inBody |= lineEmpty;
            complete = inBody && bodyLines <= 0;
        }
        lineEmpty = true;
    }

    private void put(ByteBuffer target, char octet) {
        if (target != null) {
            target.put((byte) octet);
        }
        octets++;
    }
}
