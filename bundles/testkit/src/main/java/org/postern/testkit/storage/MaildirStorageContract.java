package org.postern.testkit.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.storage.Expect.content;
import static org.postern.testkit.storage.Expect.direct;
import static org.postern.testkit.storage.Expect.octets;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException.Kind;
import org.postern.testkit.storage.StorageFixture.Intruder;
import org.postern.testkit.storage.StorageFixture.Place;

/** What {@link MailStorage} promises of a Maildir. */
public abstract class MaildirStorageContract {
    private static final int MANY = 3_200;
    private static final Set<MailDirectory> OWN =
            EnumSet.of(MailDirectory.NEW, MailDirectory.CUR, MailDirectory.TMP);
    // No UTF-8, and what shells, logs and regular expressions trip over.
    private static final FileName ODD =
            FileName.of(new byte[] {'1', '.', (byte) 0xC3, '(', (byte) 0xFF, '\n', '\\', '*', '%'});

    private StorageFixture fixture;
    private MailStorage storage;

    /** New files of an account, for one test. */
    public abstract StorageFixture fixture() throws IOException;

    @BeforeEach
    void open() throws IOException {
        fixture = fixture();
        fixture.makeMaildir();
        storage = fixture.open("maildir");
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
        fixture.close();
    }

    private static MailEntry entry(MailDirectory directory, String name) {
        return new MailEntry(directory, FileName.of(name));
    }

    private MailEntry written(MailDirectory directory, String name, String content)
            throws IOException {
        MailEntry entry = entry(directory, name);
        fixture.write(new Place.Message(entry), octets(content));
        return entry;
    }

    private String stored(MailEntry entry) throws IOException {
        byte[] content = fixture.content(new Place.Message(entry)).orElseThrow();
        return new String(content, ISO_8859_1);
    }

    private boolean exists(MailEntry entry) throws IOException {
        return fixture.content(new Place.Message(entry)).isPresent();
    }

    private Map<FileName, FileStatus> listed(MailDirectory directory) throws IOException {
        Map<FileName, FileStatus> found = new HashMap<>();
        OptionalLong position = OptionalLong.of(0);
        while (position.isPresent()) {
            EntryPage page = storage.list(directory, position.getAsLong());
            assertTrue(page.next().isEmpty() || !page.entries().isEmpty(), "gets on");
            for (EntryPage.Listed listed : page.entries()) {
                FileStatus before = found.put(listed.name(), listed.status());
                assertTrue(before == null, "listed twice: " + listed.name());
            }
            position = page.next();
        }
        return found;
    }

    private static String contentOf(Opened opened) throws IOException {
        try (FileHandle handle = ((Opened.File) opened).handle()) {
            return content(handle);
        }
    }

    @Test
    void namesItsFormat() {
        assertEquals("maildir", storage.format());
    }

    @Test
    void missingDirectoriesAreMissing() throws IOException {
        for (MailDirectory directory : OWN) {
            fixture.removeDirectory(directory);
            MailEntry entry = entry(directory, "name");
            Expect.failure(Kind.MISSING, () -> storage.list(directory, 0));
            Expect.failure(Kind.MISSING, () -> storage.create(entry));
            Expect.failure(Kind.MISSING, () -> storage.sync(directory));
            assertEquals(List.of(new Opened.Failed(Kind.MISSING)), storage.open(List.of(entry)));
            assertEquals(List.of(EntryResult.MISSING), storage.unlink(List.of(entry)));
        }
    }

    @Test
    void missingMaildirIsMissing() throws IOException {
        try (StorageFixture none = fixture();
                MailStorage early = none.open("maildir")) {
            for (MailDirectory directory : MailDirectory.values()) {
                Expect.failure(Kind.MISSING, () -> early.list(directory, 0));
            }
            none.makeMaildir();
            for (MailDirectory directory : OWN) {
                assertEquals(List.of(), early.list(directory, 0).entries(), "" + directory);
            }
        }
    }

    @Test
    void listTellsWhatIsThere() throws IOException {
        written(MailDirectory.NEW, "one", "content");
        fixture.write(new Place.Message(entry(MailDirectory.NEW, "link")), Intruder.LINK);
        fixture.write(new Place.Message(entry(MailDirectory.NEW, "fifo")), Intruder.FIFO);
        fixture.write(new Place.Message(entry(MailDirectory.NEW, ".dir")), Intruder.DIRECTORY);
        Map<FileName, FileStatus> found = listed(MailDirectory.NEW);
        assertEquals(4, found.size());
        assertEquals(FileType.REGULAR, found.get(FileName.of("one")).type());
        assertEquals(7, found.get(FileName.of("one")).size());
        assertEquals(FileType.SYMBOLIC_LINK, found.get(FileName.of("link")).type());
        assertEquals(FileType.FIFO, found.get(FileName.of("fifo")).type());
        assertEquals(FileType.DIRECTORY, found.get(FileName.of(".dir")).type());
        assertEquals(Map.of(), listed(MailDirectory.CUR));
    }

    @Test
    void manyEntriesAreListedOnceInPages() throws IOException {
        Map<FileName, Integer> expected = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            byte[] octets = octets(i + ".x:2,S");
            octets[octets.length - 5] = (byte) (0x80 + i % 0x80);
            FileName name = FileName.of(octets);
            fixture.write(
                    new Place.Message(new MailEntry(MailDirectory.CUR, name)),
                    octets("a".repeat(i % 7)));
            expected.put(name, i % 7);
        }
        assertTrue(storage.list(MailDirectory.CUR, 0).next().isPresent(), "more than a page");
        Map<FileName, FileStatus> found = listed(MailDirectory.CUR);
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, size) -> assertEquals((long) size, found.get(name).size()));
    }

    /** Where it can be told at all. */
    @Test
    void directoriesTellThatNamesCameOrWent() throws IOException {
        MailEntry one = written(MailDirectory.NEW, "1", "x");
        MailEntry moved = entry(MailDirectory.CUR, "1:2,");
        if (storage.status(MailDirectory.NEW).isEmpty()) {
            return;
        }
        FileStatus before = storage.status(MailDirectory.NEW).orElseThrow();
        FileStatus cur = storage.status(MailDirectory.CUR).orElseThrow();
        assertEquals(FileType.DIRECTORY, before.type());
        assertFalse(before.isSameFile(cur));
        assertTrue(storage.status(MailDirectory.NEW).orElseThrow().isUnchangedSince(before));
        while (storage.status(MailDirectory.NEW).orElseThrow().isUnchangedSince(before)
                || storage.status(MailDirectory.CUR).orElseThrow().isUnchangedSince(cur)) {
            fixture.tick();
            storage.rename(List.of(new Renaming(one, moved)));
            storage.rename(List.of(new Renaming(moved, one)));
        }
    }

    @Test
    void opensABatchInOrder() throws IOException {
        MailEntry one = written(MailDirectory.NEW, "one", "first");
        MailEntry two = written(MailDirectory.CUR, "two:2,S", "second");
        MailEntry root = written(MailDirectory.ROOT, "dovecot-uidlist", "list");
        MailEntry none = entry(MailDirectory.NEW, "none");
        List<Opened> opened = storage.open(List.of(two, none, one, root));
        assertEquals(4, opened.size());
        assertEquals("second", contentOf(opened.get(0)));
        assertEquals(new Opened.Failed(Kind.MISSING), opened.get(1));
        assertEquals("first", contentOf(opened.get(2)));
        assertEquals("list", contentOf(opened.get(3)));
    }

    @Test
    void messagesAreOpenedForReadingOnly() throws IOException {
        MailEntry one = written(MailDirectory.NEW, "one", "first");
        Opened.File opened = (Opened.File) storage.open(List.of(one)).get(0);
        try (FileHandle handle = opened.handle()) {
            Expect.errno(Errno.EBADF, () -> handle.write(direct("x"), 0));
        }
    }

    @Test
    void intrudersAreRefused() throws IOException {
        for (Intruder intruder : Intruder.values()) {
            MailEntry entry = entry(MailDirectory.NEW, "name");
            try (StorageFixture files = fixture()) {
                files.makeMaildir();
                files.write(new Place.Message(entry), intruder);
                try (MailStorage hostile = files.open("maildir")) {
                    List<Opened> opened =
                            assertTimeoutPreemptively(
                                    Duration.ofSeconds(30),
                                    () -> hostile.open(List.of(entry)),
                                    "" + intruder);
                    assertEquals(
                            List.of(new Opened.Failed(Kind.NOT_PERMITTED)), opened, "" + intruder);
                    Expect.failure(Kind.EXISTS, () -> hostile.create(entry));
                }
            }
        }
    }

    @Test
    void batchesAreBounded() throws IOException {
        List<MailEntry> entries = new ArrayList<>();
        List<EntryResult> missing = new ArrayList<>();
        for (int i = 0; i < MailStorage.MAX_BATCH; i++) {
            entries.add(entry(MailDirectory.NEW, "name" + i));
            missing.add(EntryResult.MISSING);
        }
        assertEquals(missing, storage.unlink(entries));
        assertEquals(MailStorage.MAX_BATCH, storage.open(entries).size());
        assertEquals(List.of(), storage.open(List.of()));
        assertEquals(List.of(), storage.rename(List.of()));
        entries.add(entry(MailDirectory.NEW, "one too many"));
        assertThrows(IllegalArgumentException.class, () -> storage.open(entries));
        assertThrows(IllegalArgumentException.class, () -> storage.unlink(entries));
        List<Renaming> renamings =
                Collections.nCopies(entries.size(), new Renaming(entries.get(0), entries.get(1)));
        assertThrows(IllegalArgumentException.class, () -> storage.rename(renamings));
    }

    @Test
    void renamesWithoutReplacing() throws IOException {
        MailEntry one = written(MailDirectory.NEW, "one", "first");
        MailEntry two = written(MailDirectory.NEW, "two", "second");
        MailEntry taken = written(MailDirectory.CUR, "two:2,", "other");
        MailEntry none = entry(MailDirectory.NEW, "none");
        MailEntry moved = entry(MailDirectory.CUR, "one:2,");
        assertEquals(
                List.of(EntryResult.EXISTS, EntryResult.MISSING, EntryResult.DONE),
                storage.rename(
                        List.of(
                                new Renaming(two, taken),
                                new Renaming(none, entry(MailDirectory.CUR, "none:2,")),
                                new Renaming(one, moved))));
        assertEquals("first", stored(moved));
        assertFalse(exists(one));
        assertEquals("second", stored(two));
        assertEquals("other", stored(taken));
        storage.sync(MailDirectory.NEW);
        storage.sync(MailDirectory.CUR);
    }

    @Test
    void unlinksWhatIsThere() throws IOException {
        MailEntry one = written(MailDirectory.NEW, "one", "first");
        MailEntry two = written(MailDirectory.CUR, "two", "second");
        MailEntry none = entry(MailDirectory.NEW, "none");
        MailEntry directory = entry(MailDirectory.NEW, "dir");
        fixture.write(new Place.Message(directory), Intruder.DIRECTORY);
        assertEquals(
                List.of(
                        EntryResult.MISSING,
                        EntryResult.DONE,
                        EntryResult.NOT_PERMITTED,
                        EntryResult.DONE),
                storage.unlink(List.of(none, two, directory, one)));
        assertFalse(exists(one));
        assertFalse(exists(two));
        assertEquals(Set.of(FileName.of("dir")), listed(MailDirectory.NEW).keySet());
    }

    @Test
    void createsWhatIsNew() throws IOException {
        MailEntry one = entry(MailDirectory.TMP, "one");
        try (FileHandle handle = storage.create(one)) {
            assertEquals(0600, handle.status().permissions());
            assertEquals(0, handle.status().size());
            handle.write(direct("content"), 0);
            handle.sync();
            assertEquals("content", content(handle));
        }
        storage.sync(MailDirectory.TMP);
        assertEquals("content", stored(one));
        Expect.failure(Kind.EXISTS, () -> storage.create(one));
        assertEquals("content", stored(one));
    }

    @Test
    void namesAreOctets() throws IOException {
        MailEntry odd = new MailEntry(MailDirectory.NEW, ODD);
        fixture.write(new Place.Message(odd), octets("content"));
        assertArrayEquals(
                ODD.octets(), storage.list(MailDirectory.NEW, 0).entries().get(0).name().octets());
        assertEquals("content", contentOf(storage.open(List.of(odd)).get(0)));
        MailEntry moved = new MailEntry(MailDirectory.CUR, ODD);
        assertEquals(List.of(EntryResult.DONE), storage.rename(List.of(new Renaming(odd, moved))));
        assertEquals("content", stored(moved));
        assertEquals(List.of(EntryResult.DONE), storage.unlink(List.of(moved)));
        storage.create(odd).close();
        assertTrue(exists(odd));
    }

    @Test
    void handlesOutliveNamesAndStorage() throws IOException {
        MailEntry one = written(MailDirectory.NEW, "one", "first");
        Opened.File opened = (Opened.File) storage.open(List.of(one)).get(0);
        try (FileHandle handle = opened.handle()) {
            assertEquals(List.of(EntryResult.DONE), storage.unlink(List.of(one)));
            storage.close();
            storage.close();
            assertEquals("first", content(handle));
            Expect.failure(Kind.UNAVAILABLE, () -> storage.list(MailDirectory.NEW, 0));
            Expect.failure(Kind.UNAVAILABLE, () -> storage.create(one));
            Expect.failure(Kind.UNAVAILABLE, () -> storage.sync(MailDirectory.NEW));
        }
    }

    @Test
    void anMboxsCallsAreRefused() throws IOException {
        MailEntry one = written(MailDirectory.NEW, "one", "first");
        Opened.File opened = (Opened.File) storage.open(List.of(one)).get(0);
        try (FileHandle handle = opened.handle()) {
            FileStatus status = handle.status();
            Expect.failure(Kind.NOT_PERMITTED, storage::openMailbox);
            Expect.failure(Kind.NOT_PERMITTED, () -> storage.openForUpdate(status));
            Expect.failure(Kind.NOT_PERMITTED, storage::createMailbox);
        }
    }
}
