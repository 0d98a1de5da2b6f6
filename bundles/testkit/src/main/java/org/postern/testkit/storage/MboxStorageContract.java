package org.postern.testkit.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.storage.Expect.content;
import static org.postern.testkit.storage.Expect.direct;
import static org.postern.testkit.storage.Expect.octets;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException.Kind;
import org.postern.testkit.storage.StorageFixture.Intruder;
import org.postern.testkit.storage.StorageFixture.Place;

/** What {@link MailStorage} promises of a mailbox file. */
public abstract class MboxStorageContract {
    private static final Place MAILBOX = new Place.Mailbox();
    private static final Set<LockKind> BOTH = EnumSet.allOf(LockKind.class);

    private StorageFixture fixture;
    private MailStorage storage;

    /** New files of an account, for one test. */
    public abstract StorageFixture fixture() throws IOException;

    @BeforeEach
    void open() throws IOException {
        fixture = fixture();
        storage = fixture.open("mbox");
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
        fixture.close();
    }

    private FileHandle opened() throws IOException {
        return storage.openMailbox().orElseThrow();
    }

    private FileStatus status() throws IOException {
        try (FileHandle handle = opened()) {
            return handle.status();
        }
    }

    @Test
    void namesItsFormat() {
        assertEquals("mbox", storage.format());
    }

    @Test
    void missingMailboxIsNoError() throws IOException {
        assertEquals(Optional.empty(), storage.openMailbox());
        fixture.write(MAILBOX, octets("delivered meanwhile"));
        try (FileHandle handle = opened()) {
            assertEquals("delivered meanwhile", content(handle));
        }
    }

    @Test
    void mailboxIsOpenedForReadingOnly() throws IOException {
        fixture.write(MAILBOX, octets("content"));
        try (FileHandle handle = opened()) {
            assertEquals("content", content(handle));
            assertEquals(FileType.REGULAR, handle.status().type());
            assertEquals(7, handle.status().size());
            Expect.errno(Errno.EBADF, () -> handle.write(direct("x"), 0));
        }
        assertArrayEquals(octets("content"), fixture.content(MAILBOX).orElseThrow());
    }

    @Test
    void updateIsForReadingAndWriting() throws IOException {
        fixture.write(MAILBOX, octets("content"));
        try (FileHandle handle = storage.openForUpdate(status())) {
            handle.write(direct("C"), 0);
            assertEquals("Content", content(handle));
            handle.truncate(4);
            handle.sync();
        }
        assertArrayEquals(octets("Cont"), fixture.content(MAILBOX).orElseThrow());
    }

    @Test
    void updateIsOfTheExpectedFileOnly() throws IOException {
        fixture.write(MAILBOX, octets("content"));
        FileStatus expected = status();
        // Kept open, so that its inode number is not used again.
        try (FileHandle before = opened()) {
            assertEquals(7, before.status().size());
            fixture.write(MAILBOX, octets("another"));
            Expect.failure(Kind.CHANGED, () -> storage.openForUpdate(expected));
            fixture.remove(MAILBOX);
            Expect.failure(Kind.MISSING, () -> storage.openForUpdate(expected));
        }
    }

    @Test
    void intrudersAreRefusedAndLeftAlone() throws IOException {
        fixture.write(MAILBOX, octets("content"));
        FileStatus expected = status();
        fixture.remove(MAILBOX);
        for (Intruder intruder : Intruder.values()) {
            // Each with files of its own: they may have been made foreign for good.
            try (StorageFixture files = fixture()) {
                files.write(MAILBOX, intruder);
                Optional<byte[]> before = files.content(MAILBOX);
                try (MailStorage hostile = files.open("mbox")) {
                    assertTimeoutPreemptively(
                            Duration.ofSeconds(30),
                            () -> {
                                Expect.failure(Kind.NOT_PERMITTED, hostile::openMailbox);
                                Expect.failure(
                                        Kind.NOT_PERMITTED, () -> hostile.openForUpdate(expected));
                                Expect.failure(Kind.EXISTS, hostile::createMailbox);
                            },
                            "" + intruder);
                }
                assertEquals(before.isPresent(), files.content(MAILBOX).isPresent());
                if (before.isPresent()) {
                    assertArrayEquals(before.get(), files.content(MAILBOX).orElseThrow());
                }
            }
        }
    }

    @Test
    void intruderThatReplacesTheMailboxIsNotUpdated() throws IOException {
        fixture.write(MAILBOX, octets("content"));
        FileStatus expected = status();
        fixture.remove(MAILBOX);
        fixture.write(MAILBOX, Intruder.LINK);
        Expect.failure(Kind.NOT_PERMITTED, () -> storage.openForUpdate(expected));
    }

    @Test
    void newMailboxIsEmptyAndPrivate() throws IOException {
        storage.createMailbox();
        FileStatus status = status();
        assertEquals(0, status.size());
        assertEquals(0600, status.permissions());
        Expect.failure(Kind.EXISTS, storage::createMailbox);
    }

    @Test
    void handlesLockAgainstEachOther() throws IOException {
        fixture.write(MAILBOX, octets("content"));
        try (FileHandle reader = opened();
                FileHandle writer = storage.openForUpdate(reader.status())) {
            assertTrue(reader.tryLock(LockMode.SHARED, BOTH));
            assertFalse(writer.tryLock(LockMode.EXCLUSIVE, BOTH));
            reader.unlock();
            assertTrue(writer.tryLock(LockMode.EXCLUSIVE, BOTH));
        }
    }

    @Test
    void handlesOutliveTheStorage() throws IOException {
        fixture.write(MAILBOX, octets("content"));
        try (FileHandle handle = opened()) {
            FileStatus status = handle.status();
            storage.close();
            storage.close();
            assertEquals("content", content(handle));
            Expect.failure(Kind.UNAVAILABLE, storage::openMailbox);
            Expect.failure(Kind.UNAVAILABLE, () -> storage.openForUpdate(status));
            Expect.failure(Kind.UNAVAILABLE, storage::createMailbox);
        }
    }

    @Test
    void aMaildirsCallsAreRefused() {
        MailEntry entry = new MailEntry(MailDirectory.NEW, FileName.of("name"));
        Expect.failure(Kind.NOT_PERMITTED, () -> storage.list(MailDirectory.NEW, 0));
        Expect.failure(Kind.NOT_PERMITTED, () -> storage.open(List.of(entry)));
        Expect.failure(Kind.NOT_PERMITTED, () -> storage.unlink(List.of(entry)));
        Expect.failure(Kind.NOT_PERMITTED, () -> storage.create(entry));
        Expect.failure(Kind.NOT_PERMITTED, () -> storage.sync(MailDirectory.NEW));
    }
}
