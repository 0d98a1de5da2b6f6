package org.postern.mailbox.mbox.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.PosixException;

/**
 * A piece out of the middle of an mbox, scanned without what is in front of it: whatever that is,
 * {@code "From "} behind two line feeds is a separator. From the first of them on, the messages are
 * found here and kept; what is before it belongs to a message of an earlier piece.
 *
 * <p>Scanned by one thread, and joined by another one later.
 */
final class ScanPiece implements Findings {
    /** Two line feeds in front of a separator. */
    static final int CONTEXT = 2;

    private final long from;
    private final long to;
    private final PieceSizes sizes;
    private final MboxScanner scanner;
    private final List<ScannedMessage> found = new ArrayList<>();
    private boolean begun;
    private boolean whole = true;
    private long separator;
    private long reached;
    // Empty before the piece is joined.
    private Optional<Findings> joined = Optional.empty();

    /**
     * @param from at least {@link #CONTEXT} octets from the file's start
     */
    ScanPiece(long from, long to, PieceSizes sizes) {
        this.from = from;
        this.to = to;
        this.sizes = sizes;
        this.reached = from - CONTEXT;
        this.scanner = MboxScanner.inside(reached, this);
    }

    /** Scans as much as is worth it. */
    void scan(ScanFeed feed) throws PosixException, MailboxException {
        while (whole && reached < to && isWorthIt()) {
            long next = Math.min(to, reached + BlockBuffers.SIZE);
            whole = feed.give(scanner, reached, next);
            reached = next;
        }
    }

    private boolean isWorthIt() {
        return begun ? found.size() < sizes.messages() : reached < from + sizes.search();
    }

    /**
     * Goes on with a scan that is where this piece begins, up to where it ends.
     *
     * @return the scanner that goes on behind it; empty if the file was cut short
     */
    Optional<MboxScanner> join(MboxScanner before, ScanFeed feed, Findings findings)
            throws PosixException, MailboxException {
        if (!whole || !feed.give(before, from, begun ? separator : to)) {
            return Optional.empty();
        }
        if (!begun) {
            return Optional.of(before);
        }
        before.end();
        for (ScannedMessage message : found) {
            findings.message(message);
        }
        found.clear();
        joined = Optional.of(findings);
        return feed.give(scanner, reached, to) ? Optional.of(scanner) : Optional.empty();
    }

    @Override
    public void message(ScannedMessage message) throws PosixException, MailboxException {
        if (joined.isPresent()) {
            joined.get().message(message);
        } else if (begun) {
            found.add(message);
        } else {
            // The end of one that began earlier. An empty line follows it.
            begun = true;
            separator = message.start() + message.length() + 1;
        }
    }

    @Override
    public MailboxException malformed(String reason) {
        return joined.orElseThrow().malformed(reason);
    }
}
