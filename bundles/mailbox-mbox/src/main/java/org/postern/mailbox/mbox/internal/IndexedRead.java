package org.postern.mailbox.mbox.internal;

import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/**
 * Reads a mailbox under its lock: what was appended to what is known of it, or all of it, where
 * nothing is known or anything does not fit.
 */
final class IndexedRead implements Stage {

    /** What a scan adds up to. */
    interface Source extends StableScan.Purpose {
        /**
         * The mailbox, once a scan is over; asked for once.
         *
         * @param status the file's, during the scan
         */
        KnownMailbox result(FileStatus status, boolean settled);
    }

    private final FileHandle file;
    private final MailboxBounds bounds;
    private final MboxContext context;
    private final long begun;
    private boolean extending;
    private Source source;
    private StableScan scan;

    /**
     * @param known what may be extended
     */
    IndexedRead(
            FileHandle file,
            Optional<KnownMailbox> known,
            MailboxBounds bounds,
            MboxContext context) {
        this.file = file;
        this.bounds = bounds;
        this.context = context;
        this.begun = context.known().now();
        this.extending = known.isPresent();
        this.source =
                known.<Source>map(it -> new IndexExtension(file, it, bounds, context.buffers()))
                        .orElseGet(this::all);
        this.scan = new StableScan(file, source, true, context);
    }

    private Source all() {
        CopyDigests copies = new StoredCopies(file, context.buffers());
        return new MboxReader(bounds, context.settings().uniqueIds(), copies, context.imapBases());
    }

    @Override
    public Optional<Duration> advance() throws PosixException, MailboxException {
        try {
            return scan.advance();
        } catch (MailboxException failed) {
            if (!extending || failed.kind() != MailboxException.Kind.CHANGED) {
                throw failed;
            }
            extending = false;
            context.indexFiles().outdated(file.status());
            source = all();
            scan = new StableScan(file, source, true, context);
            return YIELD;
        }
    }

    /** What was read; asked for once. */
    KnownMailbox result() {
        FileStatus status = scan.status();
        return source.result(status, status.isSettled(begun));
    }
}
