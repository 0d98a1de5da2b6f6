package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What popa3d itself says of a mailbox: Debian's 1.0.3-1.1 was asked for STAT and UIDL of
 * popa3d.mbox, whose messages have the fields that count and nearly do, in either case, folded,
 * with CR LF, long, in other orders, or not at all.
 */
class Popa3dIdsTest {
    private static final long OCTETS = 2738;

    private static final List<String> IDS =
            List.of(
                    "6182b87f42ce9f85",
                    "70e2f7bdc420fbf8",
                    "00909d2d987596bc",
                    "2929d826d9a6e952",
                    "3118ef59fa36a5ca",
                    "cd0d287b71e4dd9f",
                    "36b022b84acbd7b5",
                    "d98c1dd404b2008f",
                    "d98c1dd404b2008f",
                    "333958fc2b22d882",
                    "bb50764b80cd59f5",
                    "cd34fbe9c1fb1c91",
                    "bcfabab988c6de8f",
                    "81d21621e7f924d0",
                    "7adfb1280d32abae",
                    "95e7b0b18cb7e39c",
                    "451d94ce57669300",
                    "68d3058371d4c97f",
                    "6182b87f42ce9f85",
                    "d98c1dd404b2008f");

    @Test
    void areTheSameToTheDigit() throws Exception {
        byte[] mbox;
        try (InputStream file = Popa3dIdsTest.class.getResourceAsStream("popa3d.mbox")) {
            mbox = file.readAllBytes();
        }
        List<ScannedMessage> found = Scans.scan(mbox, () -> mbox.length);
        assertEquals(IDS, found.stream().map(it -> "%016x".formatted(it.headerDigest())).toList());
        assertEquals(OCTETS, found.stream().mapToLong(ScannedMessage::octets).sum());
    }
}
