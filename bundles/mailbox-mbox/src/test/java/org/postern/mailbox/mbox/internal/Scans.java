package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.PosixException;

/** Runs the scanner over octets in memory. */
final class Scans {
    private Scans() {}

    static byte[] octets(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What it finds in one piece. */
    static List<ScannedMessage> scan(String latin1) throws MailboxException {
        byte[] file = octets(latin1);
        return scan(file, () -> file.length);
    }

    /**
     * What it finds in pieces.
     *
     * @param pieces the size of the next one
     */
    static List<ScannedMessage> scan(byte[] file, IntSupplier pieces) throws MailboxException {
        List<ScannedMessage> found = new ArrayList<>();
        MboxScanner scanner = new MboxScanner(0, into(found));
        for (int at = 0; at < file.length; ) {
            int length = Math.min(Math.max(1, pieces.getAsInt()), file.length - at);
            ByteBuffer piece = ByteBuffer.allocateDirect(length);
            piece.put(file, at, length).flip();
            feed(scanner, piece);
            at += length;
        }
        end(scanner);
        return found;
    }

    private static void feed(MboxScanner scanner, ByteBuffer piece) throws MailboxException {
        try {
            scanner.scan(new ScanBlock(piece));
        } catch (PosixException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void end(MboxScanner scanner) throws MailboxException {
        try {
            scanner.end();
        } catch (PosixException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Why it refuses a file, if it does. */
    static Optional<String> refusal(String latin1) {
        try {
            scan(latin1);
            return Optional.empty();
        } catch (MailboxException refused) {
            return Optional.of(refused.getMessage());
        }
    }

    static Findings into(List<ScannedMessage> found) {
        return new Findings() {
            @Override
            public void message(ScannedMessage message) {
                found.add(message);
            }

            @Override
            public MailboxException malformed(String reason) {
                return new MailboxException(MailboxException.Kind.NOT_A_MAILBOX, reason);
            }
        };
    }
}
