package org.postern.mailbox.mbox.internal;

import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.postern.api.data.IndexDirectory;
import org.postern.api.data.NumberInput;
import org.postern.api.data.NumberOutput;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/**
 * What is known of one mailbox, as a file: twelve numbers that say whose it is and how many
 * messages follow, and eight for each of them.
 *
 * <p>Nothing is believed: each number has to be possible, the file just as long as its count says,
 * and what is read is known by samples alone, however well everything fits.
 */
final class IndexFile {
    private static final long MAGIC = 0x3158_444E_4E54_5350L;
    // Of the numbers and of what the digests are over: another version is another server's.
    private static final long VERSION = 2;
    private static final int HEAD = 12;
    private static final int EACH = 8;
    private static final HexFormat HEX = HexFormat.of();
    private static final int DIGITS = 16;

    private IndexFile() {}

    /** How many numbers so many messages take. */
    static long numbers(long messages) {
        return HEAD + EACH * messages;
    }

    /** Writes one. */
    static void write(NumberOutput out, KnownMailbox known) throws PosixException {
        FileStatus status = known.status();
        out.put(MAGIC).put(VERSION).put(status.device()).put(status.inode());
        out.put(status.size()).put(status.modifiedNanos()).put(status.changedNanos());
        out.put(known.rule().ordinal());
        out.put(known.imapBase().map(base -> base.writer().ordinal() + 1).orElse(0));
        out.put(known.imapBase().map(ImapBase::validity).orElse(0L));
        out.put(known.imapBase().map(ImapBase::last).orElse(0L));
        MailboxSnapshot snapshot = known.snapshot();
        out.put(snapshot.count());
        for (int i = 0; i < snapshot.count(); i++) {
            put(out, snapshot, i);
        }
    }

    private static void put(NumberOutput out, MailboxSnapshot snapshot, int message)
            throws PosixException {
        StoredAt.Range range = MessageCheck.range(snapshot, message);
        out.put(range.separator()).put(range.start()).put(range.length()).put(range.digest());
        String id = snapshot.uniqueId(message).value();
        boolean isLong = id.length() > DIGITS;
        int end = 2 * DIGITS + 1;
        long copy = id.length() > end ? Long.parseLong(id, end + 1, id.length(), 10) : 1;
        out.put(snapshot.octets(message));
        out.put(HexFormat.fromHexDigitsToLong(id, 0, DIGITS));
        out.put(isLong ? HexFormat.fromHexDigitsToLong(id, DIGITS + 1, end) : 0);
        out.put((isLong ? copy << 1 : 0) | (snapshot.finalLineEndMissing(message) ? 1 : 0));
    }

    /**
     * Reads one.
     *
     * @param size the file's octets
     * @param mailbox whose it should be
     * @param mostMessages that are worth it
     * @return empty if it is damaged, or another mailbox's, version's or rule's
     */
    static Optional<KnownMailbox> read(
            NumberInput in, long size, FileStatus mailbox, UniqueIds.Rule rule, int mostMessages)
            throws PosixException {
        boolean own =
                in.next() == MAGIC
                        && in.next() == VERSION
                        && in.next() == mailbox.device()
                        && in.next() == mailbox.inode();
        if (!own) {
            return Optional.empty();
        }
        FileStatus then =
                new FileStatus(
                        mailbox.device(),
                        mailbox.inode(),
                        mailbox.type(),
                        mailbox.permissions(),
                        mailbox.owner(),
                        mailbox.group(),
                        mailbox.links(),
                        in.next(),
                        in.next(),
                        in.next());
        long ruleThen = in.next();
        long writer = in.next();
        long validity = in.next();
        long last = in.next();
        long count = in.next();
        boolean possible =
                ruleThen == rule.ordinal()
                        && writer >= 0
                        && writer <= ImapBase.Writer.values().length
                        && validity >= (writer == 0 ? 0 : 1)
                        && validity <= ImapBase.MOST
                        && last >= 0
                        && last <= ImapBase.MOST
                        && count > 0
                        && count <= mostMessages
                        && size == IndexDirectory.size(numbers(count));
        if (!possible) {
            return Optional.empty();
        }
        Optional<ImapBase> base =
                writer == 0
                        ? Optional.empty()
                        : Optional.of(
                                new ImapBase(
                                        validity,
                                        last,
                                        ImapBase.Writer.values()[(int) writer - 1]));
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder().file(then);
        long from = 0;
        for (long i = 0; i < count; i++) {
            Optional<StoredMessage> message = message(in, from, then.size());
            if (message.isEmpty()) {
                return Optional.empty();
            }
            StoredAt.Range range = (StoredAt.Range) message.get().storedAt();
            from = range.start() + range.length();
            builder.add(message.get());
        }
        return in.end()
                .map(checksum -> new KnownMailbox(then, false, true, rule, base, builder.build()));
    }

    private static Optional<StoredMessage> message(NumberInput in, long from, long size)
            throws PosixException {
        long separator = in.next();
        long start = in.next();
        long length = in.next();
        long digest = in.next();
        long octets = in.next();
        long digits = in.next();
        long copyDigits = in.next();
        long form = in.next();
        boolean possible =
                separator >= from
                        && start > separator
                        && length >= 0
                        && start <= size - length
                        && octets >= length
                        && octets - length <= length + 2
                        && form >= 0
                        && form >> 1 <= Integer.MAX_VALUE;
        if (!possible) {
            return Optional.empty();
        }
        long copy = form >> 1;
        String id = HEX.toHexDigits(digits);
        if (copy > 0) {
            id += '-' + HEX.toHexDigits(copyDigits) + (copy > 1 ? "-" + copy : "");
        }
        return Optional.of(
                new StoredMessage(
                        new UniqueId(id),
                        octets,
                        new StoredAt.Range(separator, start, length, digest),
                        LineConvention.LF,
                        (form & 1) != 0,
                        Set.of(),
                        Optional.empty()));
    }
}
