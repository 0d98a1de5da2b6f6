package org.postern.mailbox.mbox.internal;

import java.util.HexFormat;
import org.postern.api.mailbox.UniqueId;

/**
 * Names the messages of one mailbox, in its order. popa3d's id is the 16 digits of {@link
 * HeaderDigest}, and messages with the same digest (copies, and mail without the fields it looks
 * at) share it, which RFC 1939 section 7 forbids. Here:
 *
 * <ul>
 *   <li>{@code popa3d}: the first message with a digest has popa3d's id to the letter. Every later
 *       one has the digest, a hyphen, and 16 digits of its From line and body.
 *   <li>{@code postern}: every message has that long form, the first one too.
 *   <li>Messages whose long forms are the same as well get {@code -2}, {@code -3} and so on behind
 *       it, in the mailbox's order: nothing else tells them apart.
 * </ul>
 *
 * <p>New mail goes to the end and so changes no id. The limit, since an mbox has nowhere to write
 * an id to: under {@code popa3d}, when the first of several is deleted, the next one takes over its
 * id; all others keep theirs, unlike with plain numbering. Under {@code postern} only messages that
 * are the same in digest, From line and body can take over each other's. No id goes to a message
 * with another digest, ever.
 */
final class UniqueIds {
    private static final HexFormat HEX = HexFormat.of();

    /** The configuration's values. */
    enum Rule {
        /** What fits a mailbox of this format best: popa3d's. */
        AUTO,
        POPA3D,
        POSTERN;

        static Rule named(String name) {
            return switch (name) {
                case "auto" -> AUTO;
                case "popa3d" -> POPA3D;
                case "postern" -> POSTERN;
                default -> throw new IllegalArgumentException(name);
            };
        }
    }

    private final boolean firstIsShort;
    private final Occurrences digests = new Occurrences();
    private final Occurrences longForms = new Occurrences();

    UniqueIds(Rule rule) {
        firstIsShort = rule != Rule.POSTERN;
    }

    UniqueId next(ScannedMessage message) {
        String digest = HEX.toHexDigits(message.headerDigest());
        if (firstIsShort && digests.add(message.headerDigest()) == 1) {
            return new UniqueId(digest);
        }
        String longForm = digest + '-' + HEX.toHexDigits(message.copyDigest());
        int copy = longForms.add(Checksum.mix(message.headerDigest(), message.copyDigest()));
        return new UniqueId(copy == 1 ? longForm : longForm + '-' + copy);
    }
}
