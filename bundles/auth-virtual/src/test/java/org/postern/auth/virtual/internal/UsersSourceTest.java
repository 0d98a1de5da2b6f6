package org.postern.auth.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.UserName;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;

class UsersSourceTest {
    private static final long WRITTEN = 1_700_000_000_123_000_000L;
    private static final long SECOND = 1_000_000_000;

    private final MemoryFile file =
            new MemoryFiles(new ManualClock()).newFile(new byte[0]).permissions(0600);
    private final AtomicLong now = new AtomicLong(WRITTEN);
    private final AtomicLong opened = new AtomicLong();
    private final TickingPosix posix = new TickingPosix(file, now, opened);
    private final UsersSource source =
            new UsersSource(posix, Path.of("/etc/users"), new CryptLibrary(posix));

    private void write(String name, long at) {
        String line = name + ":{PLAIN}x::::/home/a::userdb_mail=mbox:~/inbox\n";
        file.content(line.getBytes(StandardCharsets.US_ASCII)).times(at, at);
    }

    private boolean knows(String name) {
        return source.current().orElseThrow().find(UserName.of(name)).isPresent();
    }

    /** Two edits in one tick of the kernel's clock have the same times. */
    @Test
    void aChangeInTheSameTickIsNotMissed() {
        write("anna", WRITTEN);
        source.refresh();
        write("bert", WRITTEN);
        source.refresh();
        assertTrue(knows("bert"));
    }

    @Test
    void whatIsOlderThanATickIsReadOnce() {
        write("anna", WRITTEN);
        now.set(WRITTEN + TickingPosix.TICK + 1);
        source.refresh();
        source.refresh();
        assertEquals(1, opened.get());
    }

    @Test
    void whatIsNotOlderIsReadAgainUntilItIs() {
        write("anna", WRITTEN);
        source.refresh();
        source.refresh();
        assertEquals(2, opened.get());
        now.addAndGet(TickingPosix.TICK + 1);
        source.refresh();
        source.refresh();
        assertEquals(3, opened.get());
    }

    @Test
    void aFileSystemOfWholeSecondsIsWaitedOutForASecond() {
        long whole = WRITTEN / SECOND * SECOND;
        write("anna", whole);
        now.set(whole + SECOND);
        source.refresh();
        source.refresh();
        assertEquals(2, opened.get());
        now.set(whole + SECOND + 1);
        source.refresh();
        source.refresh();
        assertEquals(3, opened.get());
    }

    @Test
    void aTimeInTheFutureIsNotReadOverAndOver() {
        write("anna", WRITTEN + 3600 * SECOND);
        source.refresh();
        source.refresh();
        assertEquals(1, opened.get());
    }
}
