package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.config.Settings;
import org.postern.api.data.IndexDirectory;
import org.postern.api.hash.Checksum;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.posix.NativePosix;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.Faults;
import org.postern.testkit.memory.LogLines;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.Operations;

/** What is known of a Maildir from one server to the next. Each format here is another server. */
class SizeFilesTest {
    private static final Map<String, Object> ON = Map.of("indexDisk", "1000000");
    private static final byte[] MESSAGE = octets("Subject: x\n\nx\n");
    private static final byte[] LONGER = octets("Subject: y\n\ny\nno end");
    // As long as MESSAGE, with other lines.
    private static final byte[] OTHER = octets("Subject: xx\nx\n");
    private static final Duration LONG = Duration.ofNanos(SizeFiles.ON_DISK);
    private static final int MANY = SizeFiles.LEAST_MESSAGES;

    private final LogLines log = new LogLines();
    private MemoryMaildir maildir = new MemoryMaildir(ON);
    private Faults last = maildir.storage().faults();

    @TempDir Path temporary;
    private Posix posix;
    private Path data;

    @BeforeEach
    void make() throws IOException {
        posix = NativePosix.open(temporary.resolve("native"));
        data = Files.createDirectory(temporary.resolve("data"));
    }

    private SizeFiles files(int leastMessages) {
        return new SizeFiles(posix, Optional.of(data), leastMessages, log.logger());
    }

    /** A server that writes whatever it counts. */
    private MailboxFormat server() {
        return maildir.format(files(1));
    }

    private Mailbox open(MailboxFormat by) throws MailboxException {
        return open(by, MailboxBounds.NONE);
    }

    private Mailbox open(MailboxFormat by, MailboxBounds bounds) throws MailboxException {
        MemoryMailStorage storage = maildir.storage();
        last = storage.faults();
        return Operations.finish(
                by.open(storage, bounds, Optional.empty()), maildir.clock::advance);
    }

    private int counted() {
        return last.count(CallKind.READ);
    }

    private void deliver(int messages) {
        for (int i = 0; i < messages; i++) {
            maildir.deliverAs(i % 3 == 0 ? LONGER : MESSAGE, "");
        }
        maildir.clock.advance(LONG);
    }

    private List<Path> written() throws IOException {
        Path directory = data.resolve(SizeFiles.DIRECTORY);
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> there = Files.list(directory)) {
            return there.toList();
        }
    }

    @Test
    void theNextServerCountsNewMessagesAlone() throws Exception {
        deliver(MANY);
        MailboxFormat first = maildir.format(files(MANY));
        String before = MemoryMaildir.listed(open(first));
        assertEquals(MANY, counted());
        Path index = written().get(0);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(index)));
        assertEquals(IndexDirectory.size(KnownSizes.numbers(MANY)), Files.size(index));

        MailboxFormat next = maildir.format(files(MANY));
        assertEquals(before, MemoryMaildir.listed(open(next)));
        assertEquals(0, counted());
        assertEquals(before, MemoryMaildir.listed(open(next)));
        assertEquals(1, last.count(CallKind.LIST), "and is in memory from then on");

        maildir.deliverAs(MESSAGE, "");
        assertEquals(MANY + 1, open(maildir.format(files(MANY))).snapshot().count());
        assertEquals(1, counted());
        assertEquals(List.of(), log.take());
    }

    @Test
    void isWrittenOnlyWhereCountingTookLong() throws Exception {
        deliver(MANY - 1);
        MailboxFormat format = maildir.format(files(MANY));
        open(format);
        assertEquals(List.of(), written());
        maildir.deliverAs(new byte[(int) SizeFiles.LEAST_OCTETS - 1], "");
        maildir.clock.advance(LONG);
        open(format);
        assertEquals(List.of(), written());
        maildir.deliverAs(new byte[(int) SizeFiles.LEAST_OCTETS], "");
        maildir.clock.advance(LONG);
        open(format);
        assertEquals(1, written().size());
    }

    @Test
    void offWithoutRoomOrDirectory() throws Exception {
        deliver(3);
        // A small file's share of a disk.
        long size = 4096;
        for (String most : List.of("0", "" + (size - 1))) {
            open(maildirWith(most).format(files(1)));
            assertEquals(List.of(), written(), most);
        }
        open(
                maildirWith("" + size)
                        .format(new SizeFiles(posix, Optional.empty(), 1, log.logger())));
        assertEquals(List.of(), written());
        open(maildir.format(files(1)));
        assertEquals(1, written().size());
        open(maildirWith("0").format(files(1)));
        assertEquals(3, counted(), "what is there is not looked at");
        assertEquals(List.of(), log.take());
    }

    // The same mail under another configuration.
    private MemoryMaildir maildirWith(String indexDisk) {
        maildir = maildir.with(Map.of("indexDisk", indexDisk));
        return maildir;
    }

    /** One thing at a time, as far as a file system lets them change by themselves. */
    @Test
    void changedFilesAreCounted() throws Exception {
        List<Consumer<MemoryFile>> changes =
                List.of(
                        file -> file.content(LONGER),
                        file -> file.content(OTHER),
                        file -> file.modifiedNanos(5),
                        MemoryFile::stampChanged,
                        file -> file.identity(1, 77),
                        file -> file.identity(2, file.status().inode()));
        for (Consumer<MemoryFile> change : changes) {
            MailEntry entry = maildir.deliverAs(MESSAGE, "");
            deliver(2);
            open(server());
            open(server());
            assertEquals(0, counted());
            change.accept(maildir.files.find(entry).orElseThrow());
            maildir.clock.advance(LONG);
            open(maildir.format(files(MANY)));
            assertEquals(1, counted());
            maildir.files.remove(entry);
        }
    }

    /** Its times may be on the disk, and its content not: a cut of power would show that. */
    @Test
    void whatIsYoungIsCountedByTheNextServer() throws Exception {
        deliver(2);
        maildir.deliverAs(MESSAGE, "");
        maildir.clock.advance(LONG.minusMillis(100));
        open(server());
        maildir.clock.advance(LONG);
        open(server());
        assertEquals(1, counted());
        open(server());
        assertEquals(0, counted());
    }

    @Test
    void aSecondNameIsTheSameFile() throws Exception {
        MailEntry entry = maildir.deliverAs(MESSAGE, "");
        maildir.put(MailDirectory.CUR, "1.another", MESSAGE);
        maildir.files.put(
                MemoryMaildir.entry(MailDirectory.CUR, "2.second"),
                maildir.files.find(entry).orElseThrow());
        maildir.clock.advance(LONG);
        String before = MemoryMaildir.listed(open(server()));
        assertEquals(3, counted());
        assertEquals(before, MemoryMaildir.listed(open(server())));
        assertEquals(0, counted());
    }

    @Test
    void isNotUsedBeyondTheBounds() throws Exception {
        deliver(3);
        open(server());
        open(server(), new MailboxBounds(3, Long.MAX_VALUE));
        assertEquals(0, counted());
        maildir.files.remove(
                new MailEntry(
                        MailDirectory.NEW,
                        maildir.files.names(MailDirectory.NEW).iterator().next()));
        open(maildir.format(files(MANY)), new MailboxBounds(2, Long.MAX_VALUE));
        assertEquals(2, counted(), "an index of three");
        assertEquals(1, log.take().size());
    }

    @Test
    void aMessageThatIsNotWhatWasKnownForgetsAll() throws Exception {
        deliver(3);
        MailboxFormat format = server();
        open(format);
        assertEquals(1, written().size());
        Mailbox stale = open(format);
        maildir.byName().get(1).content(octets("Subject: z\n\nanother\n"));
        Operations.fails(stale.read(1), maildir.clock::advance);
        assertEquals(List.of(), written());
    }

    @Test
    void whatOthersCanWriteIsNotUsed() throws Exception {
        deliver(3);
        open(server());
        Files.setPosixFilePermissions(
                written().get(0), PosixFilePermissions.fromString("rw-rw----"));
        open(server());
        assertEquals(3, counted());
        assertEquals(1, log.take().size());
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(written().get(0), elsewhere);
        Path index = data.resolve(SizeFiles.DIRECTORY).resolve(name());
        byte[] content = Files.readAllBytes(elsewhere);
        Files.createSymbolicLink(index, elsewhere);
        open(server());
        assertEquals(3, counted());
        assertArrayEquals(content, Files.readAllBytes(elsewhere));
    }

    private String name() throws Exception {
        MemoryMailStorage storage = maildir.storage();
        return MaildirMark.of(storage).orElseThrow().place(storage).fileName().toString();
    }

    @Test
    void whatIsCutOffOrGoesOnIsNotUsed() throws Exception {
        deliver(3);
        open(server());
        byte[] whole = Files.readAllBytes(written().get(0));
        for (int length = 0; length < whole.length; length += 3) {
            isNotUsed(Arrays.copyOf(whole, length), "cut off at " + length);
        }
        for (int more : new int[] {1, 8, 40, 100_000}) {
            isNotUsed(Arrays.copyOf(whole, whole.length + more), more + " more");
        }
    }

    @Test
    void whatWasChangedIsNotUsed() throws Exception {
        long seed = System.nanoTime();
        System.out.println("SizeFilesTest seed " + seed);
        Random random = new Random(seed);
        deliver(5);
        open(server());
        byte[] whole = Files.readAllBytes(written().get(0));
        for (int round = 0; round < 300; round++) {
            byte[] changed = whole.clone();
            int at = random.nextInt(changed.length);
            changed[at] ^= (byte) (1 + random.nextInt(255));
            isNotUsed(changed, "seed " + seed + " octet " + at);
        }
    }

    /** With a checksum that is right, as somebody writes it who wants to be believed. */
    @Test
    void impossibleNumbersAreNotUsedHoweverWellTheyFit() throws Exception {
        deliver(3);
        open(server());
        byte[] whole = Files.readAllBytes(written().get(0));
        // Another server's, version's, disk's, Maildir's, user's; the count; a message's size and
        // its
        // measure; the inode of the second.
        Map<Integer, List<Long>> impossible =
                Map.of(
                        0, List.of(0L),
                        1, List.of(0L, 2L),
                        2, List.of(0L, 77L),
                        3, List.of(0L, 77L),
                        4, List.of(0L, 77L),
                        5, List.of(-1L, 0L, 2L, 4L, Long.MAX_VALUE, 1L << 40),
                        7, List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40),
                        10, List.of(-1L, 0L, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40),
                        11, List.of(-1L, 0L));
        for (Map.Entry<Integer, List<Long>> each : impossible.entrySet()) {
            for (long value : each.getValue()) {
                byte[] changed = whole.clone();
                ByteBuffer words = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
                words.putLong(each.getKey() * Long.BYTES, value);
                Checksum checksum = new Checksum();
                int end = changed.length - Long.BYTES;
                checksum.add(ByteBuffer.wrap(changed), 0, end);
                words.putLong(end, checksum.value());
                isNotUsed(changed, "number " + each.getKey() + " " + value);
            }
        }
    }

    private void isNotUsed(byte[] index, String what) throws Exception {
        Files.write(data.resolve(SizeFiles.DIRECTORY).resolve(name()), index);
        String right = MemoryMaildir.listed(open(maildir.with(Map.of()).format()));
        assertEquals(right, MemoryMaildir.listed(open(server())), what);
        assertEquals(maildir.byName().size(), counted(), what);
        List<String> lines = log.take();
        assertEquals(1, lines.size(), what + lines);
        assertTrue(lines.get(0).startsWith("warn "), lines.get(0));
        assertTrue(lines.get(0).contains(name() + " in "), lines.get(0));
        assertFalse(Arrays.equals(index, Files.readAllBytes(written().get(0))), "made anew");
    }

    /** Whatever happens between two servers, the second lists what one that knows nothing does. */
    @Test
    void isWhatCountingAllWouldBe() throws Exception {
        long seed = System.nanoTime();
        System.out.println("SizeFilesTest seed " + seed);
        Random random = new Random(seed);
        int all = 0;
        int again = 0;
        for (int step = 0; step < 500; step++) {
            change(random);
            maildir.clock.advance(LONG.multipliedBy(random.nextInt(2)));
            String right = MemoryMaildir.listed(open(maildir.with(Map.of()).format()));
            all += counted();
            assertEquals(
                    right, MemoryMaildir.listed(open(server())), "seed " + seed + " step " + step);
            again += counted();
        }
        assertTrue(again < all / 3, "most were known: " + again + " of " + all);
        assertEquals(List.of(), log.take());
    }

    private void change(Random random) {
        List<MailEntry> entries = new ArrayList<>();
        for (MailDirectory directory : List.of(MailDirectory.NEW, MailDirectory.CUR)) {
            maildir.files
                    .names(directory)
                    .forEach(name -> entries.add(new MailEntry(directory, name)));
        }
        if (entries.size() < 10) {
            maildir.deliver(random.nextInt(4) > 0 ? MESSAGE : LONGER);
            return;
        }
        MailEntry any = entries.get(random.nextInt(entries.size()));
        MemoryFile file = maildir.files.find(any).orElseThrow();
        switch (random.nextInt(5)) {
            case 0 -> maildir.deliver(LONGER);
            case 1 -> maildir.files.remove(any);
            case 2 ->
                    maildir.files.rename(
                            any,
                            MemoryMaildir.entry(
                                    MailDirectory.CUR, MaildirName.base(any.name()) + ":2,S"));
            case 3 -> {
                // As a restore does: another file of the same name and mtime.
                long modified = file.status().modifiedNanos();
                maildir.files.put(any, maildir.files.newFile(LONGER)).modifiedNanos(modified);
            }
            default -> {
                // In place, against the format's rule, with the mtime put back.
                long modified = file.status().modifiedNanos();
                file.content(file.content().length == MESSAGE.length ? OTHER : LONGER);
                file.modifiedNanos(modified);
            }
        }
    }

    @Test
    void aBadValueIsRefusedByName() {
        List<String> problems =
                maildir.with(Map.of("indexDisk", "much")).format().problems().stream()
                        .map(Object::toString)
                        .toList();
        assertEquals(1, problems.size());
        assertTrue(problems.get(0).contains("indexDisk"), problems.get(0));
        assertEquals(0, MaildirSettings.read(Settings.of(MaildirFormat.PID, Map.of())).indexDisk());
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }
}
