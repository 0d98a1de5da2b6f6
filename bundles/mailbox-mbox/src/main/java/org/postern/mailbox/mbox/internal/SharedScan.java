package org.postern.mailbox.mbox.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.PosixException;

/**
 * Scans a part of a file on several processors, with the same result to the bit: in pieces, which
 * whoever is free takes next, and which the caller joins in their order. Without an aide the caller
 * scans all of it, as one piece. It waits for none but pieces that somebody is working on, and
 * nobody works on any when it is over.
 */
final class SharedScan {
    private final ScanFeed feed;
    private final Findings findings;
    private final long from;
    private final long to;
    // The first piece is the caller's own.
    private final List<FutureTask<ScanPiece>> pieces = new ArrayList<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final long first;

    /**
     * @param from where the scanner is
     * @param findings the scanner's own
     */
    SharedScan(ScanFeed feed, long from, long to, Findings findings, PieceSizes sizes) {
        this.feed = feed;
        this.findings = findings;
        this.from = from;
        this.to = to;
        this.first = Math.min(to, from + Math.max(sizes.piece(), ScanPiece.CONTEXT));
        for (long at = first; at < to; at += sizes.piece()) {
            long begin = at;
            pieces.add(new FutureTask<>(() -> scanned(begin, sizes)));
        }
    }

    private ScanPiece scanned(long begin, PieceSizes sizes)
            throws PosixException, MailboxException {
        ScanPiece piece = new ScanPiece(begin, Math.min(to, begin + sizes.piece()), sizes);
        piece.scan(feed);
        return piece;
    }

    /**
     * Scans all of it.
     *
     * @return the scanner that goes on behind it; empty if the file was cut short
     */
    Optional<MboxScanner> scan(MboxScanner scanner, ScanAides aides)
            throws PosixException, MailboxException {
        int helpers = 0;
        while (helpers < pieces.size() && aides.lend(this::help)) {
            helpers++;
        }
        if (helpers == 0) {
            return feed.give(scanner, from, to) ? Optional.of(scanner) : Optional.empty();
        }
        try {
            return join(scanner);
        } finally {
            end();
        }
    }

    private Optional<MboxScanner> join(MboxScanner scanner)
            throws PosixException, MailboxException {
        if (!feed.give(scanner, from, first)) {
            return Optional.empty();
        }
        Optional<MboxScanner> current = Optional.of(scanner);
        for (FutureTask<ScanPiece> task : pieces) {
            while (!task.isDone() && takeOne()) {
                // Ours or a later one.
            }
            ScanPiece piece = Joined.result(task);
            current = piece.join(current.get(), feed, findings);
            if (current.isEmpty()) {
                return current;
            }
        }
        return current;
    }

    private void help() {
        while (takeOne()) {
            // Until all are taken.
        }
    }

    private boolean takeOne() {
        int next = taken.getAndIncrement();
        if (next >= pieces.size()) {
            return false;
        }
        pieces.get(next).run();
        return true;
    }

    // Whatever has failed: nobody reads the file behind the caller's back.
    private void end() {
        int begun = Math.min(pieces.size(), taken.getAndSet(pieces.size()));
        for (FutureTask<ScanPiece> task : pieces.subList(0, begun)) {
            // The caller has been told of what failed first.
            Joined.await(task);
        }
    }
}
