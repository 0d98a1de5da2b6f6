package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedUidlTest {
    @TempDir Path directory;

    private Map<Integer, String> read(String text) throws Exception {
        return SavedUidl.read(Files.writeString(directory.resolve("saved"), text).toString());
    }

    @Test
    void readsWhatCurlAndTelnetSave() throws Exception {
        Map<Integer, String> two = Map.of(1, "UID1-7", 3, "a b");
        assertEquals(two, read("1 UID1-7\r\n3 a b\r\n"));
        assertEquals(two, read("+OK 2 messages\r\n1 UID1-7\r\n3 a b\r\n.\r\n"));
        assertEquals(two, read("1 UID1-7\n3 a b"));
        assertEquals(Map.of(), read(""));
        assertEquals(Map.of(1, "x"), read("000000001 x\n"));
    }

    @Test
    void whatIsSomethingElseIsNotShown() throws Exception {
        for (String bad :
                List.of(
                        "1 ok\nsecret\n",
                        "1 ok\nsecret key\n",
                        "1 ok\n2\n",
                        "1 ok\n2 \n",
                        "1 ok\n -2 secret\n",
                        "1 ok\n1000000000 secret\n",
                        "1 ok\n+OK secret\n")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> read(bad), bad);
            assertTrue(refused.getMessage().contains("saved, line 2: "), refused.getMessage());
            assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
        }
    }

    @Test
    void whatCannotBeReadOrIsTooLongIsRefused() throws Exception {
        for (String path : List.of(directory.toString(), directory + "/none", "\0")) {
            assertThrows(IllegalArgumentException.class, () -> SavedUidl.read(path));
        }
        Path file = directory.resolve("large");
        Files.writeString(file, "1 " + "x".repeat(SavedUidl.MOST_OCTETS - 2));
        assertEquals(1, SavedUidl.read(file.toString()).size());
        try (RandomAccessFile more = new RandomAccessFile(file.toFile(), "rw")) {
            more.setLength(SavedUidl.MOST_OCTETS + 1L);
        }
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> SavedUidl.read(file.toString()));
        assertTrue(refused.getMessage().endsWith(" octets"), refused.getMessage());
    }
}
