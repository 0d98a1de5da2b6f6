package org.postern.listener.internal.tls;

import io.netty.buffer.ByteBuf;

/**
 * Reads the headers of a client's TLS records as they arrive, octet by octet, before anything is
 * kept for them: what is no record, what is longer than a record may be, and what nobody who means
 * well sends is known here, however it is cut.
 */
final class RecordWatch {
    /** RFC 5246 section 6.2.3, the longest of both versions; an engine would allow 64 KiB. */
    static final int MAX_RECORD = (1 << 14) + 2048;

    /**
     * All that a client says in a handshake: a hello of two kilobytes and perhaps a chain of
     * certificates. The JDK stops at as much for a single message.
     */
    static final int MAX_HANDSHAKE = 32 * 1024;

    private static final int HEADER = 5;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int MAJOR = 3;

    private int inHeader;
    private int length;
    private int left;
    private int octets;
    private boolean established;

    /** What is wrong with the octets. */
    enum Verdict {
        GOOD(""),
        NO_RECORD("no TLS"),
        TOO_LONG("a record longer than TLS has"),
        TOO_MUCH("a handshake longer than any"),
        RENEGOTIATION("renegotiation");

        private final String detail;

        Verdict(String detail) {
            this.detail = detail;
        }

        String detail() {
            return detail;
        }
    }

    /** The handshake is complete: another one is not wanted (it costs us more than the client). */
    void established() {
        established = true;
    }

    Verdict look(ByteBuf read) {
        if (!established && (octets += read.readableBytes()) > MAX_HANDSHAKE) {
            return Verdict.TOO_MUCH;
        }
        int index = read.readerIndex();
        while (index < read.writerIndex()) {
            if (left > 0) {
                int passed = Math.min(left, read.writerIndex() - index);
                left -= passed;
                index += passed;
                continue;
            }
            Verdict verdict = header(read.getUnsignedByte(index++));
            if (verdict != Verdict.GOOD) {
                return verdict;
            }
        }
        return Verdict.GOOD;
    }

    private Verdict header(int octet) {
        int at = inHeader;
        inHeader = (inHeader + 1) % HEADER;
        if (at == 0) {
            boolean known = octet >= CHANGE_CIPHER_SPEC && octet <= APPLICATION_DATA;
            boolean again = established && octet == HANDSHAKE;
            return again ? Verdict.RENEGOTIATION : known ? Verdict.GOOD : Verdict.NO_RECORD;
        }
        if (at == 1) {
            return octet == MAJOR ? Verdict.GOOD : Verdict.NO_RECORD;
        }
        length = (length << Byte.SIZE | octet) & 0xFFFF;
        left = at == HEADER - 1 ? length : 0;
        return left > MAX_RECORD ? Verdict.TOO_LONG : Verdict.GOOD;
    }
}
