package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class HeaderDigestTest {

    private static String id(String header) throws Exception {
        return String.format(
                "%016x", Scans.scan("From a\n" + header + "\nbody\n").get(0).headerDigest());
    }

    // MD5's first two words as popa3d prints them: numbers, in little-endian order.
    private static String idOf(String hashed) throws Exception {
        byte[] md5 = MessageDigest.getInstance("MD5").digest(Scans.octets(hashed));
        StringBuilder text = new StringBuilder();
        for (int i : new int[] {3, 2, 1, 0, 7, 6, 5, 4}) {
            text.append(String.format("%02x", md5[i]));
        }
        return text.toString();
    }

    private static void assertHashes(String hashed, String header) throws Exception {
        assertEquals(idOf(hashed), id(header), header);
    }

    @Test
    void headerWithoutTheseFieldsHasTheDigestOfNothing() throws Exception {
        // d41d8cd98f00b204..., RFC 1321 appendix A.5, in words.
        assertEquals("d98c1dd404b2008f", id(""));
        assertEquals("d98c1dd404b2008f", id("Subject: x\nFrom: y\nTo: z\n"));
    }

    @Test
    void digestIsOfTheStoredLineWithItsLineFeed() throws Exception {
        // "a" with its field, computed with md5sum(1) elsewhere.
        assertHashes("Received: a\n", "Received: a\n");
        assertHashes("Received: a\r\n", "Received: a\r\n");
        assertHashes("Received:\0\u00ff\n", "Received:\0\u00ff\n");
        assertHashes("Received:\n", "Received:\n");
    }

    @Test
    void onlyTheFirstReceivedCounts() throws Exception {
        assertHashes("Received: a\n", "Received: a\nReceived: b\nreceived: c\n");
    }

    @Test
    void everyDeliveredToCounts() throws Exception {
        assertHashes(
                "Delivered-To: a\nReceived: b\nDelivered-To: c\n",
                "Delivered-To: a\nReceived: b\nDelivered-To: c\n");
    }

    @Test
    void dateAndMessageIdCountBeforeAnyReceived() throws Exception {
        assertHashes("Date: a\nMessage-ID: b\n", "Date: a\nMessage-ID: b\n");
        assertHashes("Date: a\nReceived: b\n", "Date: a\nReceived: b\nDate: c\nMessage-ID: d\n");
        assertHashes("Date: a\nDate: b\n", "Date: a\nDate: b\n");
    }

    @Test
    void deliveryIdWantsACapitalX() throws Exception {
        assertHashes("X-Delivery-ID: a\n", "X-Delivery-ID: a\n");
        assertHashes("X-delivery-id: a\n", "X-delivery-id: a\n");
        assertHashes("", "x-delivery-id: a\n");
        assertHashes("", "x-Delivery-ID: a\n");
    }

    @Test
    void otherNamesAreWithoutRegardToCase() throws Exception {
        assertHashes("rEcEiVeD: a\n", "rEcEiVeD: a\n");
        assertHashes("DELIVERED-to: a\n", "DELIVERED-to: a\n");
        assertHashes("dATE: a\n", "dATE: a\n");
        assertHashes("message-id: a\n", "message-id: a\n");
    }

    @Test
    void nameIsFollowedByItsColonAtOnce() throws Exception {
        assertHashes("", "Received : a\n");
        assertHashes("", "Receive\n");
        assertHashes("", "Dated: a\n");
        assertHashes("", "Message-IDs: a\n");
        assertHashes("", "X-Delivery-IDs: a\n");
        assertHashes("", "D\nR\nM\nX\n");
    }

    @Test
    void continuationLinesBelongToTheirField() throws Exception {
        assertHashes("Received: a\n b\n\tc\n", "Received: a\n b\n\tc\nSubject: d\n e\n");
        assertHashes("Date: x\n y\n", "Subject: a\n b\nDate: x\n y\n");
        assertHashes("Received: a\n", "Received: a\nReceived: b\n c\n");
        assertHashes("", " a\n\tb\nSubject: c\n");
    }

    @Test
    void continuationBehindASeparatorInheritsNothing() throws Exception {
        String file = "From a\nReceived: x\n\nFrom b\n y\n\n";
        long second = Scans.scan(file).get(1).headerDigest();
        assertEquals("d98c1dd404b2008f", String.format("%016x", second));
    }

    @Test
    void bodyDoesNotCount() throws Exception {
        assertHashes("", "\nReceived: a\nDate: b\n");
    }

    @Test
    void fieldIsHashedInPiecesOfAnySize() throws Exception {
        String header = "Received: " + "x".repeat(2000) + "\n c\nX-Delivery-ID: 1\nDate: no\n";
        byte[] file = Scans.octets("From a\n" + header + "\n");
        for (int size : new int[] {1, 2, 7, 13, 14, 15, 511, 512, 513}) {
            long found = Scans.scan(file, () -> size).get(0).headerDigest();
            assertEquals(
                    idOf(header.replace("Date: no\n", "")),
                    String.format("%016x", found),
                    "pieces of " + size);
        }
    }
}
