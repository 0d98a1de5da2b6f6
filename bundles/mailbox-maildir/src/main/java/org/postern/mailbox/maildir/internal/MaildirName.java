package org.postern.mailbox.maildir.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import org.postern.api.mailbox.MessageFlag;
import org.postern.api.posix.FileName;

/**
 * A message file's name: {@code base} or {@code base:info}. The base stays a message's own for as
 * long as it exists; the info ({@code 2,} and flags) and the directory are anybody's to change.
 */
final class MaildirName {
    private static final int SEPARATOR = ':';
    private static final byte[] NO_FLAGS = {':', '2', ','};
    // More digits do not fit a long, and are no time and no size.
    private static final int MAX_DIGITS = 18;

    private MaildirName() {}

    /** Whether other servers keep their own things under such names: they are no messages. */
    static boolean isHidden(FileName name) {
        return name.octetAt(0) == '.';
    }

    /** What stays when others rename it; never empty, so a colon in front is part of it. */
    static FileName base(FileName name) {
        int end = baseLength(name);
        return end == name.length() ? name : FileName.of(Arrays.copyOf(name.octets(), end));
    }

    private static int baseLength(FileName name) {
        for (int i = 1; i < name.length(); i++) {
            if (name.octetAt(i) == SEPARATOR) {
                return i;
            }
        }
        return name.length();
    }

    /** The name that a message of new gets in cur, or the same if it has an info already. */
    static byte[] seen(FileName name) {
        byte[] octets = name.octets();
        if (baseLength(name) < octets.length) {
            return octets;
        }
        byte[] seen = Arrays.copyOf(octets, octets.length + NO_FLAGS.length);
        System.arraycopy(NO_FLAGS, 0, seen, octets.length, NO_FLAGS.length);
        return seen;
    }

    /** The flags in its info. */
    static Set<MessageFlag> flags(FileName name) {
        EnumSet<MessageFlag> flags = EnumSet.noneOf(MessageFlag.class);
        int info = baseLength(name);
        int letters = info + NO_FLAGS.length;
        if (letters > name.length() || name.octetAt(info + 1) != '2') {
            return flags;
        }
        for (int i = letters; i < name.length(); i++) {
            switch (name.octetAt(i)) {
                case 'D' -> flags.add(MessageFlag.DRAFT);
                case 'F' -> flags.add(MessageFlag.FLAGGED);
                case 'P' -> flags.add(MessageFlag.PASSED);
                case 'R' -> flags.add(MessageFlag.ANSWERED);
                case 'S' -> flags.add(MessageFlag.SEEN);
                case 'T' -> flags.add(MessageFlag.DELETED);
                default -> {
                    // Keywords of other servers.
                }
            }
        }
        return flags;
    }

    /** The time of delivery that a base begins with, in seconds since the epoch. */
    static OptionalLong deliverySeconds(FileName base) {
        return digits(base, 0);
    }

    /**
     * Whether a base claims another size than the true one, with {@code ,S=} (stored octets) or
     * {@code ,W=} (with CRLF) as some write it at its end.
     */
    static boolean claimsOther(FileName base, char key, long size) {
        return claim(base, key).orElse(size) != size;
    }

    private static OptionalLong claim(FileName base, char key) {
        byte[] marker = {',', (byte) key, '='};
        for (int i = 1; i + marker.length < base.length(); i++) {
            if (base.octetAt(i) == marker[0]
                    && base.octetAt(i + 1) == marker[1]
                    && base.octetAt(i + 2) == marker[2]) {
                return digits(base, i + marker.length);
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong digits(FileName name, int from) {
        long value = 0;
        int at = from;
        while (at < name.length() && isDigit(name.octetAt(at))) {
            if (at - from == MAX_DIGITS) {
                return OptionalLong.empty();
            }
            value = value * 10 + name.octetAt(at) - '0';
            at++;
        }
        return at == from ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private static boolean isDigit(int octet) {
        return octet >= '0' && octet <= '9';
    }

    /** A base as text, octet by octet. */
    static String text(FileName base) {
        return new String(base.octets(), StandardCharsets.ISO_8859_1);
    }
}
