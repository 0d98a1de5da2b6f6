package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/**
 * What is known of one mailbox, as a file: rows of eight numbers of 64 bits, little-endian. Two
 * rows say whose it is, one each message follows, and the last has a checksum over all others.
 *
 * <p>Nothing is believed: each number has to be possible, the file just as long as its count says,
 * and what is read is known by samples alone, however well everything fits.
 */
final class IndexFile {
    private static final long MAGIC = 0x3158_444E_4E54_5350L;
    // Of rows and of what the digests are over: another version is another server's.
    private static final long VERSION = 1;
    private static final int ROW = 8 * Long.BYTES;
    private static final int HEAD_ROWS = 2;
    private static final int OTHER_ROWS = HEAD_ROWS + 1;
    private static final HexFormat HEX = HexFormat.of();
    private static final int DIGITS = 16;

    private IndexFile() {}

    /** Octets of a file for so many messages. */
    static long size(int messages) {
        return ((long) messages + OTHER_ROWS) * ROW;
    }

    /**
     * Writes one.
     *
     * @param file empty
     */
    static void write(FileHandle file, KnownMailbox known, BlockBuffers buffers)
            throws PosixException {
        ByteBuffer block = buffers.take();
        try {
            Rows rows = new Rows(file, block);
            FileStatus status = known.status();
            rows.put(MAGIC, VERSION, status.device(), status.inode());
            rows.put(
                    status.size(),
                    status.modifiedNanos(),
                    status.changedNanos(),
                    known.rule().ordinal());
            long writer = known.imapBase().map(base -> base.writer().ordinal() + 1).orElse(0);
            MailboxSnapshot snapshot = known.snapshot();
            rows.put(
                    writer,
                    known.imapBase().map(ImapBase::validity).orElse(0L),
                    known.imapBase().map(ImapBase::last).orElse(0L),
                    snapshot.count());
            rows.put(0, 0, 0, 0);
            for (int i = 0; i < snapshot.count(); i++) {
                put(rows, snapshot, i);
            }
            rows.end();
        } finally {
            buffers.giveBack(block);
        }
    }

    private static void put(Rows rows, MailboxSnapshot snapshot, int message)
            throws PosixException {
        StoredAt.Range range = MessageCheck.range(snapshot, message);
        rows.put(range.separator(), range.start(), range.length(), range.digest());
        String id = snapshot.uniqueId(message).value();
        boolean isLong = id.length() > DIGITS;
        int end = 2 * DIGITS + 1;
        long copy = id.length() > end ? Long.parseLong(id, end + 1, id.length(), 10) : 1;
        rows.put(
                snapshot.octets(message),
                HexFormat.fromHexDigitsToLong(id, 0, DIGITS),
                isLong ? HexFormat.fromHexDigitsToLong(id, DIGITS + 1, end) : 0,
                (isLong ? copy << 1 : 0) | (snapshot.finalLineEndMissing(message) ? 1 : 0));
    }

    /**
     * Reads one.
     *
     * @param size the file's
     * @param mailbox whose it should be
     * @param mostMessages that are worth it
     * @return empty if it is damaged, or another mailbox's, version's or rule's
     */
    static Optional<KnownMailbox> read(
            FileHandle file,
            long size,
            FileStatus mailbox,
            UniqueIds.Rule rule,
            int mostMessages,
            BlockBuffers buffers)
            throws PosixException {
        ByteBuffer block = buffers.take();
        try {
            Rows rows = new Rows(file, block);
            boolean own =
                    size >= (long) OTHER_ROWS * ROW
                            && rows.next() == MAGIC
                            && rows.next() == VERSION
                            && rows.next() == mailbox.device()
                            && rows.next() == mailbox.inode();
            return own ? read(rows, size, mailbox, rule, mostMessages) : Optional.empty();
        } finally {
            buffers.giveBack(block);
        }
    }

    private static Optional<KnownMailbox> read(
            Rows rows, long size, FileStatus mailbox, UniqueIds.Rule rule, int mostMessages)
            throws PosixException {
        FileStatus then =
                new FileStatus(
                        mailbox.device(),
                        mailbox.inode(),
                        mailbox.type(),
                        mailbox.permissions(),
                        mailbox.owner(),
                        mailbox.group(),
                        mailbox.links(),
                        rows.next(),
                        rows.next(),
                        rows.next());
        long ruleThen = rows.next();
        long writer = rows.next();
        long validity = rows.next();
        long last = rows.next();
        long count = rows.next();
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
                        && size == size((int) count);
        if (!possible || !rows.isNull(HEAD_ROWS * ROW)) {
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
            Optional<StoredMessage> message = message(rows, from, then.size());
            if (message.isEmpty()) {
                return Optional.empty();
            }
            StoredAt.Range range = (StoredAt.Range) message.get().storedAt();
            from = range.start() + range.length();
            builder.add(message.get());
        }
        return rows.atEnd()
                ? Optional.of(new KnownMailbox(then, false, true, rule, base, builder.build()))
                : Optional.empty();
    }

    private static Optional<StoredMessage> message(Rows rows, long from, long size)
            throws PosixException {
        long separator = rows.next();
        long start = rows.next();
        long length = rows.next();
        long digest = rows.next();
        long octets = rows.next();
        long digits = rows.next();
        long copyDigits = rows.next();
        long form = rows.next();
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

    /** Numbers through one buffer, a whole number of rows at a time, with their checksum. */
    private static final class Rows {
        private final FileHandle file;
        private final ByteBuffer block;
        private final Checksum checksum = new Checksum();
        private long position;
        private boolean filled;

        Rows(FileHandle file, ByteBuffer block) {
            this.file = file;
            this.block = block;
        }

        void put(long one, long two, long three, long four) throws PosixException {
            if (block.remaining() < ROW / 2) {
                flush();
            }
            block.putLong(one).putLong(two).putLong(three).putLong(four);
        }

        void end() throws PosixException {
            flush();
            block.putLong(checksum.value());
            while (block.position() < ROW) {
                block.putLong(0);
            }
            flush();
        }

        private void flush() throws PosixException {
            block.flip();
            int length = block.limit();
            checksum.add(block.duplicate(), 0, length);
            file.write(block, position);
            position += length;
            block.clear();
        }

        long next() throws PosixException {
            if (!filled || !block.hasRemaining()) {
                fill();
            }
            return block.getLong();
        }

        /** Whether only zeros are left in front of this place. */
        boolean isNull(int before) throws PosixException {
            boolean zeros = true;
            while (block.position() < before) {
                zeros &= next() == 0;
            }
            return zeros;
        }

        /** Whether the next number is the checksum of all in front of it, and nothing follows. */
        boolean atEnd() throws PosixException {
            if (!block.hasRemaining()) {
                fill();
            }
            int at = block.position();
            checksum.add(block.duplicate(), 0, at);
            return next() == checksum.value()
                    && block.remaining() == ROW - Long.BYTES
                    && isNull(block.limit());
        }

        // What is read through to its end is done with: it goes into the checksum.
        private void fill() throws PosixException {
            if (filled) {
                checksum.add(block.duplicate(), 0, block.limit());
            }
            filled = true;
            block.clear();
            while (block.hasRemaining() && file.read(block, position + block.position()) > 0) {
                // Filled up, or to the file's end.
            }
            position += block.position();
            block.flip();
            block.limit(block.limit() / ROW * ROW);
            if (!block.hasRemaining()) {
                // Shorter than its status said: zeros are no row.
                block.limit(ROW);
                while (block.hasRemaining()) {
                    block.putLong(0);
                }
                block.flip();
            }
        }
    }
}
