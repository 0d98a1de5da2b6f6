package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MessageEncoder;

/** Random files, in pieces of random size, against {@link NaiveMbox}. */
class MboxScannerPropertyTest {
    private static final String[] PARTS = {
        "From ",
        "From a@b Thu Jan  1 00:00:00 1970\n",
        "From \n",
        "Fro",
        "F",
        "\n\nFrom ",
        ">From ",
        "\n",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\0",
        " ",
        "\t",
        ".",
        "..\n",
        "text",
        "text\n",
        "Received: x\n",
        "received: y\n",
        "Received:",
        "Date: z\n",
        "date:",
        "Message-ID: <m>\n",
        "MESSAGE-ID:\n",
        "X-Delivery-ID: 1\n",
        "x-delivery-id: 2\n",
        "X-DELIVERY-ID:",
        "Delivered-To: me\n",
        "Status: RO\n",
        "X-UID: 3\n",
        "X-UID: 3   ",
        "X-IMAPbase: 7 0000000009 kw\n",
        "X-IMAP: 7 9\n",
        "From MAILER_DAEMON x\n",
        "Subject: s\n",
        " continued\n",
        "\tcontinued\n",
        "Content-Length: 5\n",
        "\u00ff\u00fe",
        "abcdefghijklmnop",
        "0123456789012345678901234567\n"
    };

    @Test
    void findsWhatTheReferenceFinds() {
        long seed = System.nanoTime();
        System.out.println("MboxScannerPropertyTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 4_000; round++) {
            byte[] file = file(random);
            int longest = 1 + random.nextInt(random.nextBoolean() ? 12 : 300);
            check(file, random, longest, "seed " + seed + " round " + round);
        }
    }

    static void check(byte[] file, Random random, int longest, String what) {
        Optional<List<NaiveMbox.Message>> expected = NaiveMbox.parse(file);
        List<ScannedMessage> found;
        try {
            found = Scans.scan(file, () -> 1 + random.nextInt(longest));
        } catch (MailboxException refused) {
            assertEquals(Optional.empty(), expected, what + ": " + refused.getMessage());
            return;
        }
        assertTrue(expected.isPresent(), what + ": to be refused");
        List<NaiveMbox.Message> messages = expected.get();
        assertEquals(messages.size(), found.size(), what);
        for (int i = 0; i < messages.size(); i++) {
            assertSame(messages.get(i), found.get(i), what + " message " + i);
        }
        try {
            assertEquals(Scans.scan(file, () -> file.length), found, what + ": digests by pieces");
        } catch (MailboxException impossible) {
            throw new AssertionError(what, impossible);
        }
    }

    private static void assertSame(NaiveMbox.Message expected, ScannedMessage found, String what) {
        assertEquals(expected.separator(), found.separator(), what);
        assertEquals(expected.start(), found.start(), what);
        assertEquals(expected.content().length(), found.length(), what);
        assertEquals(expected.octets(), found.octets(), what);
        assertEquals(expected.lineEndMissing(), found.lineEndMissing(), what);
        assertEquals(expected.id(), String.format("%016x", found.headerDigest()), what);
        MessageEncoder encoder = MessageEncoder.whole(LineConvention.LF);
        encoder.count(ByteBuffer.wrap(Scans.octets(expected.content())));
        assertEquals(expected.lineEndMissing(), encoder.insideLine(), what);
        encoder.finish(null);
        assertEquals(encoder.octets(), found.octets(), what);
    }

    static byte[] file(Random random) {
        List<String> parts = new ArrayList<>();
        if (random.nextInt(20) > 0) {
            parts.add("From x\n");
        }
        for (int left = random.nextInt(30); left > 0; left--) {
            parts.add(PARTS[random.nextInt(PARTS.length)]);
        }
        String all = String.join("", parts);
        // An empty file never reaches the scanner.
        return Scans.octets(all.isEmpty() ? "x" : all);
    }
}
