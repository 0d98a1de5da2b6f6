package org.postern.posix.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jnr.constants.Constant;
import jnr.constants.platform.linux.OpenFlags;
import org.junit.jupiter.api.Test;

/** The flags that differ between the architectures, on whichever one this is built. */
final class FlagsTest {
    @Test
    void intel() {
        assertEquals(0400000, number(OpenFlags.O_NOFOLLOW));
        assertEquals(0200000, number(OpenFlags.O_DIRECTORY));
    }

    @Test
    void arm() {
        assertEquals(0100000, number(jnr.constants.platform.linux.aarch64.OpenFlags.O_NOFOLLOW));
        assertEquals(040000, number(jnr.constants.platform.linux.aarch64.OpenFlags.O_DIRECTORY));
    }

    private static int number(Constant flag) {
        return flag.intValue();
    }
}
