package org.postern.mailbox.mbox.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.config.Settings;
import org.postern.api.data.IndexDirectory;
import org.postern.api.data.NumberInput;
import org.postern.api.data.NumberOutput;
import org.postern.api.data.OwnDirectory;
import org.postern.api.hash.Checksum;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.LogLines;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;

class IndexFilesTest {
    private static final MboxSettings SETTINGS =
            MboxSettings.parse(Settings.of(MboxFormat.PID, Map.of("indexDisk", "1000000")));
    // Copies of all kinds of ids, and a last line without an end.
    private static final String MAILBOX =
            "From a\nX-IMAPbase: 7 2\nX-UID: 1\nReceived: 1\n\none\n\n"
                    + "From b\nX-UID: 2\nReceived: 2\n\ntwo\n\n"
                    + "From c\nReceived: 3\n\nthree\n\n".repeat(3)
                    + "From d\n\nno name\n\n".repeat(2)
                    + "From e\nReceived: 4\n\nno end";

    private final BlockBuffers buffers = new BlockBuffers();
    private final LogLines log = new LogLines();

    @TempDir Path temporary;
    private Posix posix;
    private Path data;

    @BeforeEach
    void make() throws IOException {
        posix = NativePosix.open(temporary.resolve("native"));
        data = Files.createDirectory(temporary.resolve("data"));
    }

    private IndexFiles files() {
        return files(posix);
    }

    private IndexFiles files(Posix with) {
        return new IndexFiles(with, Optional.of(data), 0, log.logger());
    }

    private Path directory() {
        return data.resolve(IndexFiles.DIRECTORY);
    }

    private Path file(KnownMailbox of) {
        return directory().resolve(OwnDirectory.name(of.status()).toString());
    }

    private Optional<KnownMailbox> find(IndexFiles in, FileStatus mailbox) {
        return in.find(mailbox, MailboxBounds.NONE, SETTINGS);
    }

    /** As it is read from a file in memory. */
    private KnownMailbox known(MemoryFile file) throws Exception {
        StoredCopies copies = new StoredCopies(file.open(false), buffers);
        UniqueIds.Rule rule = SETTINGS.uniqueIds();
        ImapBases none = new ImapBases(posix, Optional.empty());
        MboxReader reader = new MboxReader(MailboxBounds.NONE, rule, copies, none);
        try (FileHandle handle = file.open(false)) {
            StableScan.Scan scan = reader.begin(file.status());
            FilePass pass = new FilePass(handle, scan, buffers, ScanAides.NONE);
            assertEquals(FilePass.Progress.DONE, pass.advance());
        }
        return reader.result(file.status(), true);
    }

    private static MemoryFile mailbox(String text) {
        ManualClock clock = new ManualClock();
        clock.advance(Duration.ofMillis(10));
        return new MemoryFiles(clock).newFile(Scans.octets(text));
    }

    private static void assertSame(KnownMailbox expected, KnownMailbox found) {
        MailboxSnapshot one = expected.snapshot();
        MailboxSnapshot other = found.snapshot();
        assertEquals(expected.imapBase(), found.imapBase());
        assertEquals(expected.rule(), found.rule());
        assertEquals(one.count(), other.count());
        assertEquals(one.totalOctets(), other.totalOctets());
        for (int i = 0; i < one.count(); i++) {
            assertEquals(one.uniqueId(i), other.uniqueId(i));
            assertEquals(one.storedAt(i), other.storedAt(i));
            assertEquals(one.octets(i), other.octets(i));
            assertEquals(one.finalLineEndMissing(i), other.finalLineEndMissing(i));
        }
    }

    @Test
    void isFoundByTheNextServerAndKnownBySamples() throws Exception {
        for (String text : List.of(MAILBOX, "From x\nSubject: s\n\nb\n\n".repeat(3_000))) {
            KnownMailbox read = known(mailbox(text));
            files().keep(read, SETTINGS);
            KnownMailbox found = find(files(), read.status()).orElseThrow();
            assertSame(read, found);
            assertTrue(found.sampled());
            assertFalse(found.holds(read.status()), "its status is not enough");
            assertTrue(found.mayBegin(read.status()));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file(read))));
        }
    }

    @Test
    void offWithoutRoomOrDirectory() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        MboxSettings off = MboxSettings.parse(Settings.of(MboxFormat.PID, Map.of()));
        files().keep(read, off);
        assertFalse(Files.exists(directory()));
        files().keep(read, SETTINGS);
        assertEquals(Optional.empty(), files().find(read.status(), MailboxBounds.NONE, off));
        long more = read.status().size() + 1;
        new IndexFiles(posix, Optional.of(data), more, log.logger())
                .keep(known(mailbox(MAILBOX + "\n\nFrom f\n\nx\n")), SETTINGS);
        IndexFiles nowhere = new IndexFiles(posix, Optional.empty(), 0, log.logger());
        nowhere.keep(read, SETTINGS);
        assertEquals(Optional.empty(), find(nowhere, read.status()));
    }

    @Test
    void mailboxesThatAreOtherOnesAreNotBegun() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        FileStatus then = read.status();
        List<FileStatus> others =
                List.of(
                        stamped(then, then.size(), then.modifiedNanos(), 1),
                        stamped(then, then.size(), 1, then.changedNanos()),
                        stamped(then, then.size() - 1, 1, 1));
        for (FileStatus other : others) {
            files().keep(read, SETTINGS);
            assertEquals(Optional.empty(), find(files(), other), "" + other);
            assertFalse(Files.exists(file(read)), "it is removed");
        }
        files().keep(read, SETTINGS);
        FileStatus grown = stamped(then, then.size() + 1, 1, 1);
        assertTrue(find(files(), grown).isPresent(), "samples decide");
    }

    private static FileStatus stamped(FileStatus of, long size, long modified, long changed) {
        return new FileStatus(
                of.device(),
                of.inode(),
                of.type(),
                of.permissions(),
                of.owner(),
                of.group(),
                of.links(),
                size,
                modified,
                changed);
    }

    @Test
    void anotherMailboxsIsNotUsed() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        KnownMailbox other = known(mailbox(MAILBOX).identity(1, 77));
        files().keep(read, SETTINGS);
        Files.move(file(read), file(other));
        assertEquals(Optional.empty(), find(files(), other.status()));
        assertFalse(Files.exists(file(other)));
        files().keep(read, SETTINGS);
        MboxSettings rule =
                MboxSettings.parse(
                        Settings.of(
                                MboxFormat.PID,
                                Map.of("indexDisk", "1000000", "uniqueIds", "postern")));
        assertEquals(Optional.empty(), files().find(read.status(), MailboxBounds.NONE, rule));
        files().keep(read, SETTINGS);
        assertEquals(
                Optional.empty(),
                files().find(read.status(), new MailboxBounds(7, Long.MAX_VALUE), SETTINGS));
    }

    @Test
    void whatIsCutOffOrGoesOnIsNotUsed() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        byte[] whole = written(read);
        assertEquals(size(read.snapshot().count()), whole.length);
        assertSame(read, read(whole, read).orElseThrow());
        for (int length = 0; length < whole.length; length++) {
            assertEquals(Optional.empty(), read(Arrays.copyOf(whole, length), read), "" + length);
        }
        for (int more : new int[] {1, 64, 4096}) {
            assertEquals(Optional.empty(), read(Arrays.copyOf(whole, whole.length + more), read));
        }
    }

    @Test
    void whatWasChangedIsNotUsed() throws Exception {
        long seed = System.nanoTime();
        System.out.println("IndexFilesTest seed " + seed);
        Random random = new Random(seed);
        KnownMailbox read = known(mailbox(MAILBOX));
        byte[] whole = written(read);
        for (int round = 0; round < 2_000; round++) {
            byte[] changed = whole.clone();
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                int at = random.nextInt(changed.length);
                changed[at] = (byte) (random.nextBoolean() ? ~changed[at] : random.nextInt());
            }
            String what = "seed " + seed + " round " + round;
            if (!Arrays.equals(whole, changed)) {
                assertEquals(Optional.empty(), read(changed, read), what);
            }
        }
    }

    /** With a checksum that is right, as somebody writes it who wants to be believed. */
    @Test
    void impossibleNumbersAreNotUsedHoweverWellTheyFit() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        byte[] whole = written(read);
        long[] bad = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40};
        // imapBase and count; a message's place and octets.
        for (int number : new int[] {8, 9, 10, 11, 12, 13, 14, 16, 19, 20, 22, 24}) {
            for (long value : bad) {
                byte[] changed = whole.clone();
                ByteBuffer words = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
                words.putLong(number * Long.BYTES, value);
                Checksum checksum = new Checksum();
                int end = changed.length - Long.BYTES;
                checksum.add(ByteBuffer.wrap(changed), 0, end);
                words.putLong(end, checksum.value());
                assertEquals(
                        Optional.empty(), read(changed, read), "number " + number + " " + value);
            }
        }
    }

    private static long size(int messages) {
        return IndexDirectory.size(IndexFile.numbers(messages));
    }

    private byte[] written(KnownMailbox known) throws Exception {
        MemoryFile file = mailbox("");
        try (FileHandle handle = file.open(true)) {
            NumberOutput out = new NumberOutput(handle, 0, buffers.take());
            IndexFile.write(out, known);
            out.end();
        }
        return file.content();
    }

    private Optional<KnownMailbox> read(byte[] octets, KnownMailbox of) throws Exception {
        MemoryFile file = mailbox("").content(octets);
        try (FileHandle handle = file.open(false)) {
            NumberInput in = new NumberInput(handle, 0, buffers.take());
            return IndexFile.read(in, octets.length, of.status(), SETTINGS.uniqueIds(), 1_000);
        }
    }

    @Test
    void whatOthersCouldHaveWrittenIsNotUsed() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        files().keep(read, SETTINGS);
        Files.setPosixFilePermissions(file(read), PosixFilePermissions.fromString("rw-rw----"));
        assertEquals(Optional.empty(), find(files(), read.status()));
        files().keep(read, SETTINGS);
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(file(read), elsewhere);
        byte[] content = Files.readAllBytes(elsewhere);
        Files.createSymbolicLink(file(read), elsewhere);
        assertEquals(Optional.empty(), find(files(), read.status()));
        assertArrayEquals(content, Files.readAllBytes(elsewhere), "the link alone is removed");
        files().keep(read, SETTINGS);
        assertTrue(find(files(), read.status()).isPresent());
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxrwx---"));
        assertEquals(Optional.empty(), find(files(), read.status()));
        Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwx------"));
        assertTrue(find(files(), read.status()).isPresent());
    }

    /** What is done to an index between two servers. */
    private interface Harm {
        void to(Path index) throws IOException;
    }

    /** An operator is told which one it was, once, and nothing that somebody may have written. */
    @Test
    void oneLineIsLoggedForEachThatIsNotUsed() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        KnownMailbox other = known(mailbox(MAILBOX).identity(1, 77));
        byte[] hostile =
                "\u001b]0;EVIL\u0007\n2026-01-01 INFO EVIL %n${jndi:EVIL}{}".getBytes(UTF_8);
        List<Harm> harms =
                List.of(
                        index -> Files.write(index, new byte[0]),
                        index -> Files.write(index, hostile),
                        index -> Files.write(index, hostile, StandardOpenOption.APPEND),
                        index -> {
                            byte[] octets = Files.readAllBytes(index);
                            octets[octets.length / 2]++;
                            Files.write(index, octets);
                        },
                        index -> {
                            files().keep(other, SETTINGS);
                            Files.move(file(other), index, StandardCopyOption.ATOMIC_MOVE);
                        },
                        index ->
                                Files.setPosixFilePermissions(
                                        index, PosixFilePermissions.fromString("rw-r--r--")),
                        index -> {
                            Files.delete(index);
                            Files.createSymbolicLink(
                                    index, Files.createTempFile(temporary, "x", "EVIL"));
                        });
        for (Harm harm : harms) {
            files().keep(read, SETTINGS);
            harm.to(file(read));
            assertEquals(List.of(), log.take());
            isDiscardedOnce(files(), read, read.status());
        }
        files().keep(read, SETTINGS);
        FileStatus then = read.status();
        isDiscardedOnce(files(), read, stamped(then, then.size() - 1, 1, 1));
    }

    private void isDiscardedOnce(IndexFiles files, KnownMailbox of, FileStatus now) {
        assertEquals(Optional.empty(), find(files, now));
        List<String> lines = log.take();
        assertEquals(1, lines.size(), "" + lines);
        String line = lines.get(0);
        assertTrue(line.contains(file(of).getFileName() + " in " + directory()), line);
        assertFalse(line.contains("EVIL"), line);
        assertTrue(line.chars().noneMatch(Character::isISOControl), line);
        assertEquals(Optional.empty(), find(files, now), "it is gone");
        assertEquals(List.of(), log.take());
        files.keep(of, SETTINGS);
        assertTrue(find(files, of.status()).isPresent(), "and made anew");
        assertEquals(List.of(), log.take());
    }

    @Test
    void oneOfAnotherOwnerIsNotUsed() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        files().keep(read, SETTINGS);
        IndexFiles given = files(ForeignFiles.of(posix, FileType.REGULAR));
        assertEquals(Optional.empty(), find(given, read.status()));
        assertEquals(1, log.take().size());
        assertFalse(Files.exists(file(read)));
    }

    @Test
    void nothingIsReadFromOrWrittenToADirectoryOfAnotherOwner() throws Exception {
        KnownMailbox read = known(mailbox(MAILBOX));
        files().keep(read, SETTINGS);
        byte[] content = Files.readAllBytes(file(read));
        IndexFiles given = files(ForeignFiles.of(posix, FileType.DIRECTORY));
        assertEquals(Optional.empty(), find(given, read.status()));
        given.keep(known(mailbox(MAILBOX).identity(1, 77)), SETTINGS);
        assertEquals(Optional.empty(), find(given, read.status()));
        List<String> lines = log.take();
        assertEquals(1, lines.size(), "" + lines);
        assertTrue(lines.get(0).contains(directory() + " cannot be used"), lines.get(0));
        assertArrayEquals(content, Files.readAllBytes(file(read)));
        try (var there = Files.list(directory())) {
            assertEquals(List.of(file(read)), there.toList());
        }
    }

    @Test
    void areBoundedByAllTheirOctets() throws Exception {
        long each = 4096;
        assertTrue(size(known(mailbox(MAILBOX)).snapshot().count()) < each);
        MboxSettings two =
                MboxSettings.parse(Settings.of(MboxFormat.PID, Map.of("indexDisk", "" + 2 * each)));
        KnownMailbox[] mailboxes = new KnownMailbox[4];
        IndexFiles files = files();
        for (int i = 0; i < mailboxes.length; i++) {
            mailboxes[i] = known(mailbox(MAILBOX).identity(1, i));
            files.keep(mailboxes[i], two);
            Files.setLastModifiedTime(file(mailboxes[i]), FileTime.fromMillis(i * 1_000L));
        }
        assertFalse(Files.exists(file(mailboxes[1])));
        assertTrue(Files.exists(file(mailboxes[2])));
        Path unfinished = Files.createFile(directory().resolve(".new-1-1"));
        IndexFiles again = files();
        again.keep(mailboxes[0], two);
        assertFalse(Files.exists(unfinished), "never was one");
        assertFalse(Files.exists(file(mailboxes[2])), "written longest ago");
        assertTrue(Files.exists(file(mailboxes[3])));
        again.forget(mailboxes[3].status());
        assertFalse(Files.exists(file(mailboxes[3])));
    }

    /** Of real files, from one server to the next. */
    @Test
    void aRestartedServerListsTheSame() throws Exception {
        String body = "x".repeat(70) + "\n";
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < IndexFiles.LEAST; i++) {
            text.append("From a\nReceived: ").append(i).append("\n\n").append(body.repeat(1_000));
            text.append('\n');
        }
        Files.writeString(temporary.resolve("inbox"), text);
        String[] settings = {"indexDisk", "1000000"};
        List<String> ids;
        try (OpenedMailbox opened = OpenedMailbox.open(local(settings))) {
            ids = opened.ids();
        }
        Path index;
        try (var written = Files.list(directory())) {
            index = written.findFirst().orElseThrow();
        }
        FileTime then = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(index, then);
        LocalMbox restarted = local(settings);
        restarted.deliver(Scans.octets("Received: new\n\nnew\n"));
        try (OpenedMailbox opened = OpenedMailbox.open(restarted)) {
            assertEquals(ids, opened.ids().subList(0, ids.size()));
            assertEquals(ids.size() + 1, opened.ids().size());
            assertEquals(then, Files.getLastModifiedTime(index), "who reads all writes anew");
            opened.expunge(MemoryMbox.bits(0));
        }
        try (var written = Files.list(directory())) {
            assertEquals(0, written.count(), "it is forgotten when it is written to");
        }
    }

    private LocalMbox local(String... settings) throws IOException {
        return new LocalMbox(temporary, Optional.of(data), settings);
    }
}
