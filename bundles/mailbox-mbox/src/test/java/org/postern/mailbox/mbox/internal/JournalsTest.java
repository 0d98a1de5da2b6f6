package org.postern.mailbox.mbox.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.data.OwnDirectory;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.memory.LogLines;

/** Journals that are not the server's, or none at all. */
class JournalsTest {
    private static final FileStatus MAILBOX =
            new FileStatus(0x12, 0xabc, FileType.REGULAR, 0600, 5, 5, 1, 1_000, 1, 1);

    private final BlockBuffers buffers = new BlockBuffers();
    private final LogLines log = new LogLines();

    @TempDir Path temporary;
    private Posix posix;
    private Path data;
    private Path journal;

    @BeforeEach
    void make() throws Exception {
        posix = NativePosix.open(temporary.resolve("native"));
        data = Files.createDirectory(temporary.resolve("data"));
        OwnDirectory.open(posix, data, Journals.DIRECTORY).close();
        journal = data.resolve(Journals.DIRECTORY).resolve(OwnDirectory.name(MAILBOX).toString());
    }

    private Journals journals(Posix with) {
        return new Journals(with, Optional.of(data), log.logger());
    }

    /** Beside the one at the start that says how many mailboxes are to be mended. */
    @Test
    void oneLineIsLoggedForOneThatIsNone() throws Exception {
        for (String text :
                List.of("", "\u001b]0;EVIL\u0007\n${jndi:EVIL}{}", "EVIL".repeat(9_999))) {
            Files.writeString(journal, text);
            Journals journals = journals(posix);
            assertTrue(journals.isTorn(MAILBOX));
            assertEquals(1, log.take().size());
            assertEquals(Optional.empty(), journals.find(MAILBOX, buffers));
            List<String> lines = log.take();
            assertEquals(1, lines.size(), "" + lines);
            String line = lines.get(0);
            assertTrue(line.startsWith("error "), line);
            assertTrue(line.contains("(device 18, inode 2748)"), line);
            assertTrue(line.contains("12-abc.aside in " + journal.getParent()), line);
            assertFalse(line.contains("EVIL"), line);
            assertTrue(line.chars().noneMatch(Character::isISOControl), line);
            assertFalse(journals.isTorn(MAILBOX));
            assertEquals(List.of(), log.take());
            Path aside = journal.resolveSibling("12-abc.aside");
            assertArrayEquals(text.getBytes(UTF_8), Files.readAllBytes(aside));
        }
    }

    /** Nobody knows then whether a mailbox is whole: it is neither read nor touched. */
    @Test
    void aDirectoryOfAnotherOwnerIsNotBelieved() throws IOException {
        Files.writeString(journal, "planted");
        Journals journals = journals(ForeignFiles.of(posix, FileType.DIRECTORY));
        MailboxException unknown =
                assertThrows(MailboxException.class, () -> journals.isTorn(MAILBOX));
        assertEquals(MailboxException.Kind.UNAVAILABLE, unknown.kind());
        assertTrue(unknown.getMessage().contains("not the server's own"), unknown.getMessage());
        assertThrows(MailboxException.class, () -> journals.find(MAILBOX, buffers));
        assertEquals("planted", Files.readString(journal));
    }
}
