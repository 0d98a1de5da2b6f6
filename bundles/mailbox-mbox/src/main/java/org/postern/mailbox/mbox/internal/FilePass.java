package org.postern.mailbox.mbox.internal;

import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;

/**
 * Reads a part of a file through a scanner, so much at a time that a large mailbox takes turns with
 * other sessions on the workers.
 */
final class FilePass {
    private static final long SLICE = 64L << 20;

    /** How far it is. */
    enum Progress {
        /** There is more. */
        PAUSED,
        /** All has been scanned, to the end. */
        DONE,
        /** The file ended early: somebody is changing it. */
        CUT_SHORT
    }

    private final ScanFeed feed;
    private final StableScan.Scan part;
    private final ScanAides aides;
    private MboxScanner scanner;
    private long position;

    /**
     * @param part what is scanned; with no octets nothing is: an empty file is no malformed one
     * @param aides who help where there is much of it
     */
    FilePass(FileHandle file, StableScan.Scan part, BlockBuffers buffers, ScanAides aides) {
        this.feed = new ScanFeed(file, buffers);
        this.part = part;
        this.aides = aides;
        this.scanner = new MboxScanner(part.from(), part.findings());
        this.position = part.from();
    }

    Progress advance() throws PosixException, MailboxException {
        if (part.from() == part.to()) {
            return Progress.DONE;
        }
        long pause = Math.min(part.to(), position + SLICE);
        SharedScan slice =
                new SharedScan(feed, position, pause, part.findings(), PieceSizes.STANDARD);
        Optional<MboxScanner> next = slice.scan(scanner, aides);
        if (next.isEmpty()) {
            return Progress.CUT_SHORT;
        }
        scanner = next.get();
        position = pause;
        if (position < part.to()) {
            return Progress.PAUSED;
        }
        scanner.end();
        return Progress.DONE;
    }
}
