package org.postern.api.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FileStatusTest {
    private static final long WHOLE = 1_700_000_000_000_000_000L;

    private static FileStatus changedAt(long changed) {
        // An mtime proves nothing: cp -p has set it.
        return new FileStatus(1, 2, FileType.REGULAR, 0600, 3, 4, 1, 5, 7, changed);
    }

    @Test
    void aTimeWithFractionsSettlesAfterSomeTicks() {
        for (long fraction : new long[] {1, 4_000_000, 999_999_999}) {
            long changed = WHOLE + fraction;
            long settled = changed + FileStatus.SETTLED_FRACTIONS;
            assertTrue(changedAt(changed).isSettled(settled));
            assertFalse(changedAt(changed).isSettled(settled - 1));
            assertEquals(0, changedAt(changed).untilSettled(settled + 1));
            assertEquals(FileStatus.SETTLED_FRACTIONS, changedAt(changed).untilSettled(changed));
        }
    }

    @Test
    void aWholeSecondMayBeAFileSystemThatKeepsNoFractions() {
        long settled = WHOLE + FileStatus.SETTLED_SECONDS;
        assertTrue(changedAt(WHOLE).isSettled(settled));
        assertFalse(changedAt(WHOLE).isSettled(settled - 1));
        assertEquals(1, changedAt(WHOLE).untilSettled(settled - 1));
    }

    @Test
    void whatWasChangedInTheFutureHasNotSettled() {
        assertFalse(changedAt(WHOLE + 1).isSettled(WHOLE));
        assertEquals(FileStatus.SETTLED_FRACTIONS + 1, changedAt(WHOLE + 1).untilSettled(WHOLE));
    }
}
