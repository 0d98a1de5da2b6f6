package org.postern.storage.local.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.StorageException;
import org.postern.api.storage.StorageException.Kind;
import org.postern.testkit.storage.StorageFixture.Intruder;
import org.postern.testkit.storage.StorageFixture.Place;

/** What only files below an operator's directory can do wrong. */
final class LocalMailStorageProviderTest {
    private static final Place MAILBOX = new Place.Mailbox();

    private LocalFiles files;

    @BeforeEach
    void create() throws IOException {
        files = new LocalFiles();
    }

    @AfterEach
    void close() {
        files.close();
    }

    private MailStorage open(String format, String path) throws StorageException {
        return files.provider().open(new MailLocation(format, files.base().toString(), path));
    }

    private Optional<FileHandle> mbox(String path) throws StorageException {
        try (MailStorage storage = open("mbox", path)) {
            return storage.openMailbox();
        }
    }

    private static String refusal(Kind kind, Executable call) {
        StorageException failed = assertThrows(StorageException.class, call);
        assertEquals(kind, failed.kind(), failed.getMessage());
        return failed.getMessage();
    }

    @Test
    void reasonSaysWhatIsWrongAndNoPath() throws Exception {
        Map<Intruder, String> reasons = new EnumMap<>(Intruder.class);
        reasons.put(Intruder.LINK, "the mailbox is a symbolic link");
        reasons.put(Intruder.DANGLING_LINK, "the mailbox is a symbolic link");
        reasons.put(Intruder.FIFO, "the mailbox is a FIFO");
        reasons.put(Intruder.DIRECTORY, "the mailbox is a directory");
        reasons.put(Intruder.SOCKET, "the mailbox is a socket");
        reasons.put(Intruder.SECOND_NAME, "the mailbox has 2 hard links");
        reasons.put(Intruder.FOREIGN, "the mailbox belongs to another user");
        for (Intruder intruder : Intruder.values()) {
            try (LocalFiles hostile = new LocalFiles()) {
                hostile.write(MAILBOX, intruder);
                try (MailStorage storage = hostile.open("mbox")) {
                    String reason = refusal(Kind.NOT_PERMITTED, storage::openMailbox);
                    assertEquals(reasons.get(intruder), reason);
                }
            }
        }
    }

    @Test
    void deviceIsRefused() {
        MailLocation location = new MailLocation("mbox", "/dev", "null");
        String reason =
                refusal(Kind.NOT_PERMITTED, () -> files.provider().open(location).openMailbox());
        assertEquals("the mailbox is a device", reason);
    }

    @Test
    void fileOfARealOtherUserIsRefused() throws Exception {
        // Root can make one; everybody else has the system's.
        Path file = Path.of("/etc/passwd");
        if (LocalFiles.posix().privileges().effectiveUser() == 0) {
            file = Files.writeString(files.user().resolve("inbox"), "content");
            Files.setAttribute(file, "unix:uid", 1);
        }
        MailLocation location =
                new MailLocation(
                        "mbox", file.getParent().toString(), file.getFileName().toString());
        try (MailStorage storage = files.provider().open(location)) {
            assertEquals(
                    "the mailbox belongs to another user",
                    refusal(Kind.NOT_PERMITTED, storage::openMailbox));
        }
    }

    @Test
    void baseThatIsNotThereIsOutOfOrder() throws Exception {
        Files.writeString(files.elsewhere(), "a file");
        for (Path base : List.of(files.base().resolve("nowhere"), files.elsewhere())) {
            MailLocation location = new MailLocation("mbox", base.toString(), "inbox");
            String reason = refusal(Kind.UNAVAILABLE, () -> files.provider().open(location));
            assertFalse(reason.contains(base.toString()), reason);
        }
    }

    @Test
    void baseMayBeALink() throws Exception {
        files.write(MAILBOX, "content".getBytes(US_ASCII));
        Files.createSymbolicLink(files.elsewhere(), files.base());
        MailLocation location =
                new MailLocation("mbox", files.elsewhere().toString(), "user/inbox");
        try (MailStorage storage = files.provider().open(location);
                FileHandle mailbox = storage.openMailbox().orElseThrow()) {
            assertEquals(7, mailbox.status().size());
        }
    }

    @Test
    void linkBelowTheBaseIsNotFollowed() throws Exception {
        files.makeMaildir();
        files.write(MAILBOX, "content".getBytes(US_ASCII));
        Files.createSymbolicLink(files.base().resolve("link"), files.user());
        assertEquals(
                "a directory of the mail's path is a symbolic link",
                refusal(Kind.NOT_PERMITTED, () -> mbox("link/inbox")));
        try (MailStorage storage = open("maildir", "link/Maildir")) {
            refusal(Kind.NOT_PERMITTED, () -> storage.list(MailDirectory.NEW, 0));
        }
        Files.createSymbolicLink(files.base().resolve("maildir"), files.maildir());
        try (MailStorage storage = open("maildir", "maildir")) {
            refusal(Kind.NOT_PERMITTED, () -> storage.list(MailDirectory.ROOT, 0));
        }
    }

    @Test
    void directoriesOfAMaildirAreNoLinks() throws Exception {
        files.makeMaildir();
        files.removeDirectory(MailDirectory.NEW);
        Path outside = Files.createDirectory(files.elsewhere());
        Files.createSymbolicLink(files.maildir().resolve("new"), outside);
        MailEntry entry = new MailEntry(MailDirectory.NEW, FileName.of("name"));
        try (MailStorage storage = files.open("maildir")) {
            assertEquals(
                    "the Maildir's new is a symbolic link",
                    refusal(Kind.NOT_PERMITTED, () -> storage.list(MailDirectory.NEW, 0)));
            refusal(Kind.NOT_PERMITTED, () -> storage.create(entry));
            assertEquals(
                    List.of(new Opened.Failed(Kind.NOT_PERMITTED)), storage.open(List.of(entry)));
        }
        assertFalse(Files.exists(outside.resolve("name")));
    }

    @Test
    void missingDirectoryOnTheWayIsAMissingMailbox() throws Exception {
        assertEquals(Optional.empty(), mbox("nobody/mail/inbox"));
        try (MailStorage storage = open("mbox", "nobody/mail/inbox")) {
            refusal(Kind.MISSING, storage::createMailbox);
            Files.createDirectories(files.base().resolve("nobody/mail"));
            storage.createMailbox();
            assertTrue(Files.exists(files.base().resolve("nobody/mail/inbox")));
        }
        try (MailStorage storage = open("maildir", "nobody/Maildir")) {
            refusal(Kind.MISSING, () -> storage.list(MailDirectory.CUR, 0));
        }
    }

    @Test
    void fileOnTheWayIsNoDirectory() throws Exception {
        Files.writeString(files.base().resolve("file"), "content");
        assertEquals(
                "a directory of the mail's path is a regular file",
                refusal(Kind.NOT_PERMITTED, () -> mbox("file/inbox")));
    }

    @Test
    void unfitLocationsAreRefused() {
        for (String path : List.of("/inbox", "user//inbox", "user/", ".", "..", "../inbox", "/")) {
            refusal(Kind.NOT_PERMITTED, () -> mbox(path));
        }
        for (String path : List.of("user/../user/inbox", "./inbox", "a\0b", "x".repeat(256))) {
            refusal(Kind.NOT_PERMITTED, () -> mbox(path));
        }
        refusal(Kind.NOT_PERMITTED, () -> mbox(""));
        refusal(Kind.NOT_PERMITTED, () -> open("mh", "user/inbox"));
        for (String base : List.of("", "relative", "/a\0b")) {
            MailLocation location = new MailLocation("mbox", base, "inbox");
            refusal(Kind.NOT_PERMITTED, () -> files.provider().open(location));
        }
    }

    @Test
    void maildirMayBeTheBaseItself() throws Exception {
        files.makeMaildir();
        MailLocation location = new MailLocation("maildir", files.maildir().toString(), "");
        try (MailStorage storage = files.provider().open(location)) {
            assertEquals(List.of(), storage.list(MailDirectory.NEW, 0).entries());
            assertEquals(3, storage.list(MailDirectory.ROOT, 0).entries().size());
        }
    }

    @Test
    void descriptorsAreGivenBack() throws Exception {
        files.makeMaildir();
        files.write(MAILBOX, "content".getBytes(US_ASCII));
        Files.createSymbolicLink(files.base().resolve("link"), files.user());
        long before = descriptors();
        for (int i = 0; i < 3; i++) {
            mbox("user/inbox").orElseThrow().close();
            refusal(Kind.NOT_PERMITTED, () -> mbox("link/inbox"));
            refusal(Kind.NOT_PERMITTED, () -> mbox("user/Maildir"));
            mbox("user/nobody/inbox");
            try (MailStorage storage = open("maildir", "user/Maildir")) {
                for (MailDirectory directory : MailDirectory.values()) {
                    storage.list(directory, 0);
                }
            }
        }
        assertEquals(before, descriptors());
    }

    private long descriptors() throws IOException {
        long count = 0;
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).startsWith(files.base())) {
                    count++;
                }
            }
        }
        return count;
    }
}
