package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What servers with IMAP leave in a message's header: its number in {@code X-UID:}, and, in the
 * mailbox's first message, what the numbers count from: in {@code X-IMAPbase:}, or in {@code
 * X-IMAP:} where that message is one that they made up for it.
 *
 * <p>Anybody can send mail with such fields, so of each only the first in a header counts, written
 * as those servers write it and well-formed to the end; UniqueIds bounds what it can do.
 */
final class ImapMarks {
    private static final byte[] UID = ascii("X-UID: ");
    private static final byte[] BASE = ascii("X-IMAPbase: ");
    private static final byte[] PSEUDO = ascii("X-IMAP: ");
    // The sender of the message that Dovecot makes up. UW's has a hyphen.
    private static final byte[] DOVECOTS = ascii("MAILER_DAEMON ");
    // The longest name, two numbers, and what follows each.
    private static final int LONGEST = BASE.length + 2 * (Numbers.MOST_DIGITS + 1);

    private final byte[] sender = new byte[DOVECOTS.length];
    private final byte[] line = new byte[LONGEST];
    private int senderLength;
    private int length;
    private boolean candidate;
    private long uid;
    private Optional<ImapBase> base = Optional.empty();

    /** Starts a message. */
    void reset() {
        senderLength = 0;
        candidate = false;
        uid = 0;
        base = Optional.empty();
    }

    /** Takes a piece of what follows {@code "From "} in the line before the header. */
    void fromLine(ByteBuffer block, int from, int to) {
        int wanted = Math.min(sender.length - senderLength, to - from);
        block.get(from, sender, senderLength, wanted);
        senderLength += wanted;
    }

    /**
     * Takes a piece of a header line.
     *
     * @param starts whether it is the line's start
     * @param ends whether it is the line's end
     */
    void add(ByteBuffer block, int from, int to, boolean starts, boolean ends) {
        if (starts) {
            candidate = block.get(from) == UID[0];
            length = 0;
        }
        if (!candidate) {
            return;
        }
        int wanted = Math.min(line.length - length, to - from);
        block.get(from, line, length, wanted);
        length += wanted;
        if (ends) {
            judge();
        }
    }

    /** The message's number, or 0. */
    long uid() {
        return uid;
    }

    /** What numbers count from, if the header says it. */
    Optional<ImapBase> base() {
        return base;
    }

    private void judge() {
        if (uid == 0 && begins(UID)) {
            Numbers numbers = new Numbers(line, UID.length, length);
            OptionalLong number = numbers.next();
            if (number.isPresent() && numbers.atWordEnd()) {
                uid = number.getAsLong();
            }
        } else if (base.isEmpty() && begins(BASE)) {
            base = base(BASE.length, false);
        } else if (base.isEmpty() && begins(PSEUDO)) {
            base = base(PSEUDO.length, true);
        }
    }

    private Optional<ImapBase> base(int from, boolean pseudo) {
        Numbers numbers = new Numbers(line, from, length);
        OptionalLong validity = numbers.next();
        if (validity.orElse(0) == 0 || !numbers.skip(' ')) {
            return Optional.empty();
        }
        int start = numbers.position();
        OptionalLong last = numbers.next();
        if (last.isEmpty() || !numbers.atWordEnd()) {
            return Optional.empty();
        }
        boolean filledUp = numbers.position() - start == Numbers.MOST_DIGITS;
        boolean dovecots = pseudo ? Arrays.equals(sender, DOVECOTS) : filledUp;
        return Optional.of(
                new ImapBase(
                        validity.getAsLong(),
                        last.getAsLong(),
                        dovecots ? ImapBase.Writer.DOVECOT : ImapBase.Writer.UW));
    }

    private boolean begins(byte[] name) {
        return length > name.length && Arrays.equals(line, 0, name.length, name, 0, name.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
