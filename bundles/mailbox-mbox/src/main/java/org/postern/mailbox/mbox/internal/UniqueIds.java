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
 *       one has the long form: the digest, a hyphen, and 16 digits of its From line and body.
 *   <li>{@code auto}: the same, but for messages whose digest is over nothing that names a message
 *       (see {@link HeaderDigest#identifies}): they all have the long form. Otherwise the one that
 *       comes next would inherit a deleted message's id, and a client would take it for read.
 *   <li>{@code postern}: every message has the long form.
 *   <li>Messages whose long forms are the same as well get {@code -2}, {@code -3} and so on behind
 *       it, in the mailbox's order: nothing else tells them apart.
 * </ul>
 *
 * <p>New mail goes to the end and so changes no id. The limit, since an mbox has nowhere to write
 * an id to: of messages with the same digest the next takes over the short id of the first when
 * that is deleted. Under {@code auto} these are copies of one delivery; under {@code postern} only
 * messages that are the same in digest, From line and body can take over each other's. No id goes
 * to a message with another digest, ever.
 */
final class UniqueIds {
    private static final HexFormat HEX = HexFormat.of();

    /** The configuration's values. */
    enum Rule {
        /** popa3d's, where they name a message. */
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

    private final Rule rule;
    private final Occurrences digests = new Occurrences();
    private final Occurrences longForms = new Occurrences();

    UniqueIds(Rule rule) {
        this.rule = rule;
    }

    UniqueId next(ScannedMessage message) {
        String digest = HEX.toHexDigits(message.headerDigest());
        if (mayBeShort(message) && digests.add(message.headerDigest()) == 1) {
            return new UniqueId(digest);
        }
        String longForm = digest + '-' + HEX.toHexDigits(message.copyDigest());
        int copy = longForms.add(Checksum.mix(message.headerDigest(), message.copyDigest()));
        return new UniqueId(copy == 1 ? longForm : longForm + '-' + copy);
    }

    private boolean mayBeShort(ScannedMessage message) {
        return switch (rule) {
            case AUTO -> message.identified();
            case POPA3D -> true;
            case POSTERN -> false;
        };
    }
}
