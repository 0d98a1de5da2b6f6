package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.FileHandle;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFiles;

class StoredCopiesTest {
    private static final String FROM = "From a@b Thu Jan  1 00:00:00 1970\n";

    @Test
    void areOfFromLineAndBodyAlone() throws Exception {
        long digest = first(FROM + "S: 1\n\none\n\n");
        assertEquals(digest, first(FROM + "S: 1\nStatus: RO\n\none\n\n"));
        assertNotEquals(digest, first(FROM + "S: 1\n\nsix\n\n"));
        assertNotEquals(digest, first("From x\nS: 1\n\none\n\n"));
    }

    @Test
    void stayWhenMailIsAppended() throws Exception {
        String next = FROM + "S: 2\n\nx\n";
        for (String body : List.of("one", "one\n", "one\n\n", "\n", "one\n\n\n")) {
            String file = FROM + "S: 1\n\n" + body;
            String completed = body.endsWith("\n") ? file : file + "\n";
            completed += completed.endsWith("\n\n") ? "" : "\n";
            assertEquals(first(file), first(completed + next), body);
        }
    }

    /** Clients know ids with these digests in them. */
    @Test
    void areWhatTheyWere() throws Exception {
        assertEquals(0x9FFA2E739291071CL, first(FROM + "S: 1\n\none\n\n"));
        assertEquals(0x5103A2FE5E791E0DL, first(FROM + "S: 1\n\n"));
        assertEquals(0x5103A2FE5E791E0DL, first(FROM + "S: 1"));
        assertEquals(0x6E0FDB4E94F8821CL, first(FROM + "S: 1\n\n" + "x".repeat(100_000)));
    }

    private static long first(String mbox) throws Exception {
        ScannedMessage message = Scans.scan(mbox).get(0);
        try (FileHandle file =
                new MemoryFiles(new ManualClock()).newFile(Scans.octets(mbox)).open(false)) {
            return new StoredCopies(file, new BlockBuffers()).of(message);
        }
    }
}
