package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.mailbox.OpenedMailbox;

/** In a directory of the file system. */
class ImapBasesTest {
    private static final ImapBase DOVECOTS = new ImapBase(7, 9, ImapBase.Writer.DOVECOT);
    private static final ImapBase UWS =
            new ImapBase(ImapBase.MOST, ImapBase.MOST, ImapBase.Writer.UW);

    @TempDir Path temporary;
    private Posix posix;
    private Path data;

    @BeforeEach
    void make() throws IOException {
        posix = NativePosix.open(temporary.resolve("native"));
        data = Files.createDirectory(temporary.resolve("data"));
    }

    private ImapBases bases() {
        return new ImapBases(posix, Optional.of(data));
    }

    private Path file(int inode) {
        return data.resolve(ImapBases.DIRECTORY).resolve("1-" + Integer.toHexString(inode));
    }

    private static FileStatus mailbox(int inode) {
        return new FileStatus(1, inode, FileType.REGULAR, 0600, 1000, 1000, 1, 10, 5, 5);
    }

    @Test
    void isRememberedByTheNextServer() throws Exception {
        bases().keep(mailbox(1), DOVECOTS);
        bases().keep(mailbox(30), UWS);
        assertEquals(Optional.of(DOVECOTS), bases().find(mailbox(1)));
        assertEquals(Optional.of(UWS), bases().find(mailbox(30)));
        assertEquals(Optional.empty(), bases().find(mailbox(2)));
        bases().keep(mailbox(1), UWS);
        assertEquals(Optional.of(UWS), bases().find(mailbox(1)));
        assertEquals("UW 4294967295 4294967295\n", Files.readString(file(1)));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file(1))));
    }

    @Test
    void withoutADataDirectoryNothingIs() {
        ImapBases none = new ImapBases(posix, Optional.empty());
        none.keep(mailbox(1), DOVECOTS);
        assertEquals(Optional.empty(), none.find(mailbox(1)));
    }

    @Test
    void whatIsDamagedOrForeignIsNotBelieved() throws Exception {
        bases().keep(mailbox(1), DOVECOTS);
        for (String bad :
                List.of(
                        "",
                        "DOVECOT 7 9",
                        "DOVECOT 7 9\n\n",
                        "DOVECOT 7 9 \n",
                        "DOVECOT 0 9\n",
                        "DOVECOT 7\n",
                        "DOVECOT 7 4294967296\n",
                        "CYRUS 7 9\n",
                        "x".repeat(1000))) {
            Files.writeString(file(1), bad);
            assertEquals(Optional.empty(), bases().find(mailbox(1)), bad);
        }
        bases().keep(mailbox(1), DOVECOTS);
        assertEquals(Optional.of(DOVECOTS), bases().find(mailbox(1)), "written anew");
        Files.setPosixFilePermissions(file(1), PosixFilePermissions.fromString("rw-rw----"));
        assertEquals(Optional.empty(), bases().find(mailbox(1)), "another could have written it");
        Files.setPosixFilePermissions(file(1), PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(
                file(1).getParent(), PosixFilePermissions.fromString("rwxrwx---"));
        assertEquals(Optional.empty(), bases().find(mailbox(1)));
        Files.setPosixFilePermissions(
                file(1).getParent(), PosixFilePermissions.fromString("rwx------"));
        Files.move(file(1), temporary.resolve("elsewhere"));
        Files.createSymbolicLink(file(1), temporary.resolve("elsewhere"));
        assertEquals(Optional.empty(), bases().find(mailbox(1)));
    }

    @Test
    void areBoundedInNumber() {
        ImapBases two = new ImapBases(posix, Optional.of(data), 2);
        two.keep(mailbox(1), DOVECOTS);
        two.keep(mailbox(2), DOVECOTS);
        two.keep(mailbox(3), DOVECOTS);
        assertEquals(Optional.of(DOVECOTS), two.find(mailbox(2)));
        assertEquals(Optional.empty(), two.find(mailbox(3)));
        two.keep(mailbox(1), UWS);
        assertEquals(Optional.of(UWS), two.find(mailbox(1)), "what is there may change");
        ImapBases again = new ImapBases(posix, Optional.of(data), 3);
        again.keep(mailbox(3), DOVECOTS);
        again.keep(mailbox(4), DOVECOTS);
        assertEquals(Optional.of(DOVECOTS), again.find(mailbox(3)));
        assertFalse(Files.exists(file(4)));
    }

    @Test
    void idsStayWhenTheFirstMessageIsDeletedAndTheServerRestarted() throws Exception {
        LocalMbox mbox = new LocalMbox(temporary, Optional.of(data));
        try (var sample = ImapIdsTest.class.getResourceAsStream("dovecot.mbox")) {
            Files.copy(sample, mbox.path());
        }
        List<String> ids;
        try (OpenedMailbox opened = OpenedMailbox.open(mbox)) {
            ids = MemoryMbox.ids(opened.mailbox());
            opened.expunge(MemoryMbox.bits(0, 2));
        }
        LocalMbox restarted = new LocalMbox(temporary, Optional.of(data));
        try (OpenedMailbox opened = OpenedMailbox.open(restarted)) {
            assertEquals(List.of(ids.get(1), ids.get(3)), MemoryMbox.ids(opened.mailbox()));
        }
    }
}
