package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.postern.api.hash.Checksum;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.PosixException;

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
 *   <li>{@code auto} and {@code dovecot}: before all that, in a mailbox that Dovecot or a server of
 *       UW's has numbered, the first message with a number has the id that this server gives it
 *       ({@code dovecot}: that Dovecot does). Those that came since are named as under {@code
 *       auto}.
 *   <li>Messages whose long forms are the same as well get {@code -2}, {@code -3} and so on behind
 *       it, in the mailbox's order: nothing else tells them apart.
 * </ul>
 *
 * <p>New mail goes to the end and so changes no id. The limit, since an mbox has nowhere to write
 * an id to: of messages with the same digest the next takes over the short id of the first when
 * that is deleted. Under {@code auto} these are copies of one delivery; under {@code postern} only
 * messages that are the same in digest, From line and body can take over each other's. No id goes
 * to a message with another digest, ever; but who sends mail with a number in it that is free can
 * give his own message that number's id.
 */
final class UniqueIds {
    private static final HexFormat HEX = HexFormat.of();
    // Of 64 bits.
    private static final int DIGITS = 16;

    /** The configuration's values. */
    enum Rule {
        /** What the mailbox's last server gave: numbers, or popa3d's where they name a message. */
        AUTO,
        POPA3D,
        DOVECOT,
        POSTERN;

        static Rule named(String name) {
            return switch (name) {
                case "auto" -> AUTO;
                case "popa3d" -> POPA3D;
                case "dovecot" -> DOVECOT;
                case "postern" -> POSTERN;
                default -> throw new IllegalArgumentException(name);
            };
        }

        private boolean takesNumbers() {
            return this == AUTO || this == DOVECOT;
        }
    }

    private final Rule rule;
    private final CopyDigests copies;
    private final Supplier<Optional<ImapBase>> remembered;
    // Of ids without a hyphen: both kinds have 16 digits.
    private final Occurrences shortForms = new Occurrences();
    private final Occurrences longForms = new Occurrences();

    private boolean begun;
    private Optional<ImapBase> imapBase = Optional.empty();

    /**
     * @param remembered what the mailbox's messages are numbered from; asked where the first of
     *     them does not say it
     */
    UniqueIds(Rule rule, CopyDigests copies, Supplier<Optional<ImapBase>> remembered) {
        this.rule = rule;
        this.copies = copies;
        this.remembered = remembered;
    }

    /**
     * Goes on behind messages that were named before: their ids say all that those of later ones
     * hang on.
     *
     * @param imapBase what they were numbered from
     * @param messages how many of the snapshot's, at least one
     */
    static UniqueIds resumed(
            Rule rule,
            CopyDigests copies,
            Optional<ImapBase> imapBase,
            MailboxSnapshot named,
            int messages) {
        UniqueIds ids = new UniqueIds(rule, copies, Optional::empty);
        ids.begun = true;
        ids.imapBase = imapBase;
        ByteBuffer id = ByteBuffer.allocate(UniqueId.MAX_LENGTH);
        for (int i = 0; i < messages; i++) {
            named.putUniqueId(i, id.clear());
            id.flip();
            if (id.limit() == DIGITS) {
                ids.shortForms.add(number(id, 0));
            } else {
                ids.longForms.add(Checksum.mix(number(id, 0), number(id, DIGITS + 1)));
            }
        }
        return ids;
    }

    private static long number(ByteBuffer id, int from) {
        long number = 0;
        for (int i = from; i < from + DIGITS; i++) {
            number = number << 4 | HexFormat.fromHexDigit(id.get(i));
        }
        return number;
    }

    UniqueId next(ScannedMessage message) throws PosixException {
        if (!begun) {
            begun = true;
            begin(message);
        }
        OptionalLong number = number(message);
        if (number.isPresent() && shortForms.add(number.getAsLong()) == 1) {
            return new UniqueId(HEX.toHexDigits(number.getAsLong()));
        }
        String digest = HEX.toHexDigits(message.headerDigest());
        if (mayBeShort(message) && shortForms.add(message.headerDigest()) == 1) {
            return new UniqueId(digest);
        }
        long copyDigest = copies.of(message);
        String longForm = digest + '-' + HEX.toHexDigits(copyDigest);
        int copy = longForms.add(Checksum.mix(message.headerDigest(), copyDigest));
        return new UniqueId(copy == 1 ? longForm : longForm + '-' + copy);
    }

    /** What the messages so far were numbered from, to be remembered. */
    Optional<ImapBase> imapBase() {
        return imapBase;
    }

    private void begin(ScannedMessage first) {
        if (rule.takesNumbers()) {
            imapBase = first.imapBase().or(remembered);
        }
        if (rule == Rule.DOVECOT) {
            imapBase = imapBase.map(base -> base.by(ImapBase.Writer.DOVECOT));
        }
    }

    private OptionalLong number(ScannedMessage message) {
        return imapBase.isPresent() && message.imapUid() > 0
                ? imapBase.get().id(message.imapUid())
                : OptionalLong.empty();
    }

    private boolean mayBeShort(ScannedMessage message) {
        return switch (rule) {
            case AUTO, DOVECOT -> message.identified();
            case POPA3D -> true;
            case POSTERN -> false;
        };
    }
}
