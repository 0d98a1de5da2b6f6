package org.postern.posix.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.postern.api.posix.Errno;

final class ErrnosTest {
    @Test
    void numbersAreThePlatforms() {
        for (Errno errno : Errno.values()) {
            if (errno != Errno.OTHER) {
                int number = jnr.constants.platform.Errno.valueOf(errno.name()).intValue();
                assertEquals(errno, Errnos.of(number));
            }
        }
    }

    @Test
    void anyOtherNumberIsOther() {
        assertEquals(Errno.OTHER, Errnos.of(0));
        assertEquals(Errno.OTHER, Errnos.of(71));
        assertEquals(Errno.OTHER, Errnos.of(-1));
    }
}
