package org.postern.mailbox.mbox.internal;

import java.util.OptionalLong;

/**
 * What a server that numbers messages (IMAP's UIDs) wrote into the first message of an mbox: with
 * it the numbers in the other messages' {@code X-UID:} become the unique-ids that clients know.
 *
 * @param validity IMAP's UIDVALIDITY, 1 to {@link #MOST}
 * @param last the highest number given so far, at most {@link #MOST}; a higher one in a message is
 *     its sender's
 * @param writer whose numbers these are
 */
record ImapBase(long validity, long last, Writer writer) {
    /** IMAP's numbers have 32 bits (RFC 3501 section 2.3.1.1). */
    static final long MOST = 0xFFFF_FFFFL;

    /** The servers, which make ids of the same two numbers in different orders. */
    enum Writer {
        /** {@code pop3_uidl_format = %08Xu%08Xv}, Dovecot's default. */
        DOVECOT,
        /** UW ipop3d and others on c-client. */
        UW
    }

    /** The same numbers in this server's order. */
    ImapBase by(Writer other) {
        return new ImapBase(validity, last, other);
    }

    /**
     * The id whose 16 hexadecimal digits a message of this number has; empty for no such number.
     */
    OptionalLong id(long uid) {
        if (uid < 1 || uid > last) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                switch (writer) {
                    case DOVECOT -> uid << Integer.SIZE | validity;
                    case UW -> validity << Integer.SIZE | uid;
                });
    }
}
