package org.postern.api.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0", "../x"})
    void refusesWhatIsNotOneComponent(String name) {
        assertThrows(IllegalArgumentException.class, () -> FileName.of(name));
    }

    @Test
    void takesUpTo255OctetsOfAnyKind() {
        byte[] octets = new byte[255];
        java.util.Arrays.fill(octets, (byte) 0xFF);
        assertEquals(255, FileName.of(octets).length());
        assertThrows(IllegalArgumentException.class, () -> FileName.of(new byte[256]));
        assertTrue(FileName.of("...").compareTo(FileName.of(octets)) < 0);
    }
}
