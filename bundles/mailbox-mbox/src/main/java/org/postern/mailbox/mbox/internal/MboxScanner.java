package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.postern.api.hash.Checksum;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MessageEncoder;
import org.postern.api.posix.PosixException;

/**
 * Cuts a file into messages as popa3d does. Fed pieces of any size, it keeps a few numbers and no
 * octet of them, whatever a line's length: the only thing that can be pending between two pieces is
 * a part of {@code "From "}, which is known by its length.
 *
 * <p>A separator is a line that starts with exactly {@code "From "}, at the file's start or
 * directly behind an empty line. A message is what follows that line up to the next separator,
 * without the empty line in front of it; but a header that no body follows keeps its only one.
 */
final class MboxScanner {
    private static final byte[] SEPARATOR = "From ".getBytes(StandardCharsets.US_ASCII);

    private enum State {
        /** At the start of a line that may be a separator; some of it may have matched. */
        CANDIDATE,
        /** In the separator line. */
        FROM_LINE,
        HEADER,
        BODY
    }

    private final Findings findings;
    private final HeaderDigest headerDigest = new HeaderDigest();
    private final ImapMarks imapMarks = new ImapMarks();
    // One of a Checksum's two: every octet of every mailbox goes through it.
    private final CRC32C checksum = new CRC32C();
    private final EmptyLines bodyLines = new EmptyLines();

    private State state = State.CANDIDATE;
    private int matched;
    private long base;
    private boolean open;
    private long separator;
    private long start;
    private boolean headerLineStart;
    private long headerLines;
    private long bodyStart;
    // An empty line at the end of the body so far: it belongs to the body only if more follows.
    private boolean emptyLineHeld;

    /**
     * @param from where the octets begin: the file's start, or what was a separator there before
     */
    MboxScanner(long from, Findings findings) {
        this.base = from;
        this.findings = findings;
    }

    /**
     * One that begins inside a message: it tells of the rest of that one, whatever it was a part
     * of, as of a message without header, and then of those that follow it.
     */
    static MboxScanner inside(long from, Findings findings) {
        MboxScanner scanner = new MboxScanner(from, findings);
        scanner.open = true;
        scanner.separator = from;
        scanner.start = from;
        scanner.bodyStart = from;
        scanner.headerDigest.reset();
        scanner.bodyLines.reset();
        scanner.bodyLines.insideLine();
        scanner.state = State.BODY;
        return scanner;
    }

    /** Reads the block's octets, which follow those of the one before. */
    void scan(ScanBlock block) throws PosixException, MailboxException {
        int to = block.octets().limit();
        for (int at = 0; at < to; ) {
            at =
                    switch (state) {
                        case CANDIDATE -> candidate(block, at, to);
                        case FROM_LINE -> fromLine(block, at, to);
                        case HEADER -> header(block, at, to);
                        case BODY -> body(block, at, to);
                    };
        }
        base += to;
    }

    /** Ends the file, or this part of it. */
    void end() throws PosixException, MailboxException {
        if (state == State.CANDIDATE) {
            noSeparator();
        }
        if (state == State.FROM_LINE || (state == State.HEADER && start == base)) {
            throw findings.malformed("it ends with a From line and nothing after it");
        }
        finish(base);
    }

    private int candidate(ScanBlock block, int from, int to)
            throws PosixException, MailboxException {
        ByteBuffer octets = block.octets();
        int at = from;
        while (at < to && octets.get(at) == SEPARATOR[matched]) {
            at++;
            matched++;
            if (matched == SEPARATOR.length) {
                separator(base + at - matched);
                return at;
            }
        }
        if (at < to) {
            noSeparator();
        }
        return at;
    }

    private void separator(long offset) throws PosixException, MailboxException {
        if (open) {
            finish(offset);
        }
        open = true;
        separator = offset;
        headerDigest.reset();
        imapMarks.reset();
        checksum.reset();
        checksum.update(SEPARATOR);
        emptyLineHeld = false;
        matched = 0;
        state = State.FROM_LINE;
    }

    private void noSeparator() throws MailboxException {
        if (!open) {
            throw findings.malformed("it does not start with a From line");
        }
        releaseHeld();
        checksum.update(SEPARATOR, 0, matched);
        bodyLines.insideLine();
        matched = 0;
        state = State.BODY;
    }

    private int fromLine(ScanBlock block, int from, int to) {
        int lineFeed = block.nextLineFeed(from, to);
        if (lineFeed == to) {
            checksum.update(block.range(from, to));
            imapMarks.fromLine(block.octets(), from, to);
            return to;
        }
        int next = lineFeed + 1;
        imapMarks.fromLine(block.octets(), from, next);
        checksum.update(block.range(from, next));
        start = base + next;
        headerLineStart = true;
        headerLines = 0;
        bodyStart = Long.MAX_VALUE;
        state = State.HEADER;
        return next;
    }

    private int header(ScanBlock block, int from, int to) {
        ByteBuffer octets = block.octets();
        int at = from;
        while (at < to && !(headerLineStart && octets.get(at) == LineFeeds.LF)) {
            int lineFeed = block.nextLineFeed(at, to);
            boolean ends = lineFeed < to;
            int next = ends ? lineFeed + 1 : to;
            headerDigest.add(octets, at, next, headerLineStart, ends);
            imapMarks.add(octets, at, next, headerLineStart, ends);
            headerLineStart = ends;
            headerLines += ends ? 1 : 0;
            at = next;
        }
        checksum.update(block.range(from, at));
        if (at == to) {
            return to;
        }
        headerLines++;
        bodyStart = base + at + 1;
        bodyLines.reset();
        state = State.BODY;
        return at + 1;
    }

    private int body(ScanBlock block, int from, int to) {
        if (bodyLines.afterEmptyLine() && block.octets().get(from) == SEPARATOR[0]) {
            state = State.CANDIDATE;
            return from;
        }
        releaseHeld();
        int end = bodyLines.search(block, from, to);
        emptyLineHeld = bodyLines.afterEmptyLine();
        checksum.update(block.range(from, emptyLineHeld ? end - 1 : end));
        return end;
    }

    private void releaseHeld() {
        if (emptyLineHeld) {
            checksum.update(LineFeeds.LF);
            emptyLineHeld = false;
        }
    }

    private void finish(long end) throws PosixException, MailboxException {
        boolean hasBody = end > bodyStart;
        boolean emptyLast = hasBody && bodyLines.afterEmptyLine();
        boolean inHeader = bodyStart == Long.MAX_VALUE;
        boolean lineEndMissing = inHeader ? !headerLineStart : !bodyLines.atLineStart();
        if (hasBody && lineEndMissing) {
            // As if it were there, so that the digest stays when who appends mail adds it.
            checksum.update(LineFeeds.LF);
        }
        long length = end - start - (emptyLast ? 1 : 0);
        long lineFeeds = headerLines + (inHeader ? 0 : bodyLines.lineFeeds()) - (emptyLast ? 1 : 0);
        long id = headerDigest.finish();
        findings.message(
                new ScannedMessage(
                        separator,
                        start,
                        Math.min(bodyStart, start + length),
                        length,
                        MessageEncoder.octetsOf(length, lineFeeds, lineEndMissing),
                        lineEndMissing,
                        id,
                        headerDigest.identifies(),
                        Checksum.mix(id, checksum.getValue()),
                        imapMarks.uid(),
                        imapMarks.base()));
    }
}
