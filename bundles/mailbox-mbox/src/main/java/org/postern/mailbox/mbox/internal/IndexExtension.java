package org.postern.mailbox.mbox.internal;

import java.security.SecureRandom;
import java.util.Set;
import java.util.TreeSet;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/**
 * Extends what is known of a mailbox by what was appended to it. The file is taken to begin with
 * the same messages if some of them, each compared to its last octet, are where they were: the
 * first, on which the numbers of all others hang; the last ones, which everything that was moved in
 * front of them has moved, too; and some that are drawn anew each time, so that nobody knows which.
 *
 * <p>The last known message is read again with what follows it, as appended mail changes its end:
 * it completes its last line, and adds the empty one. If it is continued otherwise, or anything
 * else is not as it was, this fails with CHANGED, and all has to be read.
 */
final class IndexExtension implements IndexedRead.Source {
    /** Compared in front of the last known message. */
    static final int LAST = 3;

    /** Drawn from all others: few, as every login after new mail reads them. */
    static final int DRAWN = 8;

    // Longer messages are passed over, but for the first.
    private static final long LONGEST = 1L << 20;
    private static final long LONGEST_FIRST = 64L << 20;

    private final FileHandle file;
    private final KnownMailbox known;
    private final MailboxBounds bounds;
    private final BlockBuffers buffers;
    private final SecureRandom random = new SecureRandom();
    private MailboxSnapshotBuilder builder = MailboxSnapshot.builder();

    /**
     * @param file locked
     * @param known that may begin it
     */
    IndexExtension(
            FileHandle file, KnownMailbox known, MailboxBounds bounds, BlockBuffers buffers) {
        this.file = file;
        this.known = known;
        this.bounds = bounds;
        this.buffers = buffers;
    }

    @Override
    public StableScan.Scan begin(FileStatus status) throws PosixException, MailboxException {
        SnapshotCollector.requireWithin(bounds, status);
        if (!known.mayBegin(status) || !known.isWithin(bounds)) {
            throw changed();
        }
        MailboxSnapshot snapshot = known.snapshot();
        requireSamples(snapshot);
        int last = snapshot.count() - 1;
        builder = MailboxSnapshot.builder().file(status).addFirst(snapshot, last);
        CopyDigests copies = new StoredCopies(file, buffers);
        UniqueIds ids = UniqueIds.resumed(known.rule(), copies, known.imapBase(), snapshot, last);
        Findings collector = new SnapshotCollector(builder, ids, bounds);
        StoredAt.Range range = MessageCheck.range(snapshot, last);
        return new StableScan.Scan(range.separator(), status.size(), new Tail(range, collector));
    }

    @Override
    public KnownMailbox result(FileStatus status, boolean settled) {
        return new KnownMailbox(
                status, settled, true, known.rule(), known.imapBase(), builder.build());
    }

    private void requireSamples(MailboxSnapshot snapshot) throws PosixException, MailboxException {
        int last = snapshot.count() - 1;
        Set<Integer> samples = new TreeSet<>();
        samples.add(0);
        for (int message = Math.max(0, last - LAST); message < last; message++) {
            samples.add(message);
        }
        for (int i = 0; i < DRAWN; i++) {
            samples.add(random.nextInt(last));
        }
        for (int message : samples) {
            MessageCheck check = new MessageCheck(file, snapshot, message, buffers);
            if (message == 0 && check.length() > LONGEST_FIRST) {
                throw changed();
            }
            if (message == 0 || check.length() <= LONGEST) {
                check.complete();
            }
        }
    }

    private static MailboxException changed() {
        return Verification.changed("the mbox is not what is known of it");
    }

    /** What follows, beginning with the last known message. */
    private static final class Tail implements Findings {
        private final StoredAt.Range last;
        private final Findings collector;
        private boolean begun;

        Tail(StoredAt.Range last, Findings collector) {
            this.last = last;
            this.collector = collector;
        }

        @Override
        public void message(ScannedMessage found) throws PosixException, MailboxException {
            if (!begun && (found.start() != last.start() || found.digest() != last.digest())) {
                throw changed();
            }
            begun = true;
            collector.message(found);
        }

        /** All is read then, and says it once more. */
        @Override
        public MailboxException malformed(String reason) {
            return changed();
        }
    }
}
