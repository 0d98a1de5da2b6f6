package org.postern.helper.client.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException;
import org.postern.api.storage.StorageException.Kind;

/** Whatever an agent says, it ends at most its own connection, and leaves nothing open. */
final class HostileReplyTest {
    private static final int ROUNDS = 20_000;
    private static final MailEntry ENTRY =
            new MailEntry(MailDirectory.NEW, FileName.of("1700000000.M1P2.host"));

    private static void assertEnds(ReplayedSocket socket, String why) {
        try (AgentMailStorage storage = socket.storage("mbox")) {
            StorageException first = assertThrows(StorageException.class, storage::openMailbox);
            assertEquals(Kind.UNAVAILABLE, first.kind());
            assertTrue(first.getMessage().contains(why), first.getMessage());
            StorageException second = assertThrows(StorageException.class, storage::openMailbox);
            assertEquals(first.getMessage(), second.getMessage(), "it stays ended");
        }
        assertEquals(0, socket.open.get(), "left open");
    }

    private static byte[] changed(String name, int at, int octet) throws Exception {
        byte[] octets = Golden.octets(name);
        octets[at] = (byte) octet;
        return octets;
    }

    @Test
    void headersAreExact() throws Exception {
        String good = "open-mailbox-reply";
        try (AgentMailStorage storage = new ReplayedSocket(Golden.octets(good), 1).storage("mbox");
                FileHandle handle = storage.openMailbox().orElseThrow()) {
            assertEquals(ReplayedSocket.GOOD, handle.status());
        }
        for (int at : new int[] {0, 1, 2}) {
            assertEnds(new ReplayedSocket(changed(good, at, 'x'), 1), "does not speak");
        }
        assertEnds(new ReplayedSocket(changed(good, 3, '2'), 1), "speaks version 2");
        assertEnds(new ReplayedSocket(changed(good, 3, 'x'), 1), "does not speak");
        assertEnds(new ReplayedSocket(changed(good, 4, 0), 1), "another request");
        assertEnds(new ReplayedSocket(changed(good, 5, 17), 1), "another request");
        assertEnds(new ReplayedSocket(changed(good, 7, 0), 1), "after the last item");
        assertEnds(new ReplayedSocket(changed(good, 7, 2), 1), "cut short");
        assertEnds(new ReplayedSocket(changed(good, 6, 0xFF), 1), "too many items");
        assertEnds(new ReplayedSocket(changed(good, 11, 21), 1), "another length");
        assertEnds(new ReplayedSocket(changed(good, 8, 0xFF), 1), "another length");
        assertEnds(new ReplayedSocket(changed(good, 15, 1), 1), "another sequence");
        assertEnds(new ReplayedSocket(changed(good, 12, 1), 1), "another sequence");
        assertEnds(new ReplayedSocket(new byte[0], 1), "has ended");
        for (int length = 1; length < 22; length++) {
            byte[] cut = Arrays.copyOf(Golden.octets(good), length);
            assertEnds(new ReplayedSocket(cut, 1), "no reply");
            if (length >= 16) {
                ByteBuffer.wrap(cut).putInt(8, length);
                assertEnds(new ReplayedSocket(cut, 1), length == 16 ? "cut" : "no reply");
            }
        }
    }

    @Test
    void itemsAreExact() throws Exception {
        String good = "open-mailbox-reply";
        assertEnds(new ReplayedSocket(changed(good, 17, 99), 1), "unknown item");
        assertEnds(new ReplayedSocket(changed(good, 17, 32), 1), "wrong length");
        assertEnds(new ReplayedSocket(changed(good, 17, 34), 1), "wrong length");
        assertEnds(new ReplayedSocket(changed(good, 19, 3), 1), "wrong length");
        assertEnds(new ReplayedSocket(changed(good, 20, 7), 1), "out of range");
        assertEnds(new ReplayedSocket(changed(good, 21, 5), 1), "out of range");
        assertEnds(new ReplayedSocket(changed(good, 21, 1), 1), "reason for success");
        assertEnds(new ReplayedSocket(Golden.octets("unlink-reply", 2), 1), "another request");
        byte[] two = Golden.octets("unlink-reply", 2);
        two[5] = 16;
        assertEnds(new ReplayedSocket(two, 1), "too many items");
        byte[] order = Golden.octets("login-declined", 2);
        order[5] = 16;
        assertEnds(new ReplayedSocket(order, 1), "out of order");
    }

    @Test
    void refusalsEndIt() throws Exception {
        assertEnds(new ReplayedSocket(Golden.octets("refused-peer"), 0), "helper.conf");
        assertEnds(new ReplayedSocket(Golden.octets("refused-version"), 0), "version 2");
        assertEnds(new ReplayedSocket(changed("refused-version", 3, '1'), 0), "no reply");
        assertEnds(new ReplayedSocket(changed("refused-peer", 15, 2), 0), "no reply");
        assertEnds(new ReplayedSocket(changed("refused-peer", 20, 3), 0), "out of range");
    }

    @Test
    void descriptorsAreAsManyAsSaid() throws Exception {
        byte[] done = Golden.octets("open-mailbox-reply");
        for (int count : new int[] {0, 2, 32}) {
            assertEnds(new ReplayedSocket(done, count), "number of descriptors");
        }
        for (String failed : List.of("open-mailbox-missing", "open-mailbox-foreign")) {
            assertEnds(new ReplayedSocket(Golden.octets(failed), 1), "number of descriptors");
        }
        assertEnds(new ReplayedSocket(done, true, List.of(ReplayedSocket.GOOD)), "more than");
        byte[] opened = Golden.octets("opened", 2);
        for (int count : new int[] {0, 1, 3, 32}) {
            ReplayedSocket socket = new ReplayedSocket(opened, count);
            try (AgentMailStorage storage = socket.storage("maildir")) {
                StorageException failed =
                        assertThrows(
                                StorageException.class,
                                () -> storage.open(Collections.nCopies(3, ENTRY)));
                assertEquals(Kind.UNAVAILABLE, failed.kind());
            }
            assertEquals(0, socket.open.get());
        }
    }

    private static FileStatus file(FileType type, long owner, long links) {
        return new FileStatus(0xfe01, 4711, type, 0600, owner, owner, links, 0, 0, 0);
    }

    @Test
    void whatIsNotTheUsersOwnFileIsClosed() throws Exception {
        List<FileStatus> wrong =
                List.of(
                        file(FileType.FIFO, 1001, 1),
                        file(FileType.DIRECTORY, 1001, 1),
                        file(FileType.SOCKET, 1001, 1),
                        file(FileType.CHARACTER_DEVICE, 1001, 1),
                        file(FileType.REGULAR, 0, 1),
                        file(FileType.REGULAR, 1002, 1),
                        file(FileType.REGULAR, 1001, 2));
        byte[] done = Golden.octets("open-mailbox-reply");
        byte[] opened = Golden.octets("opened", 2);
        for (FileStatus file : wrong) {
            ReplayedSocket one = new ReplayedSocket(done, false, List.of(file));
            try (AgentMailStorage storage = one.storage("mbox")) {
                assertEquals(
                        Kind.NOT_PERMITTED,
                        assertThrows(StorageException.class, storage::openMailbox).kind());
            }
            assertEquals(0, one.open.get(), "" + file);
            ReplayedSocket batch =
                    new ReplayedSocket(opened, false, List.of(file, ReplayedSocket.GOOD));
            try (AgentMailStorage storage = batch.storage("maildir")) {
                List<Opened> results = storage.open(Collections.nCopies(3, ENTRY));
                assertEquals(new Opened.Failed(Kind.NOT_PERMITTED), results.get(0));
                assertEquals(new Opened.Failed(Kind.NOT_PERMITTED), results.get(1));
                assertEquals(1, batch.open.get());
                assertInstanceOf(Opened.File.class, results.get(2)).handle().close();
            }
            assertEquals(0, batch.open.get(), "" + file);
        }
        ReplayedSocket removed =
                new ReplayedSocket(done, false, List.of(file(FileType.REGULAR, 1001, 0)));
        try (AgentMailStorage storage = removed.storage("mbox")) {
            assertEquals(
                    Kind.MISSING,
                    assertThrows(StorageException.class, storage::openMailbox).kind());
        }
        assertEquals(0, removed.open.get());
    }

    @Test
    void theUpdateIsOfTheSameFileAndOnce() throws Exception {
        byte[] reply = Golden.octets("open-update-reply", 2);
        ReplayedSocket other = new ReplayedSocket(reply, 1);
        FileStatus expected =
                new FileStatus(0xfe01, 4712, FileType.REGULAR, 0600, 1001, 1001, 1, 0, 0, 0);
        try (AgentMailStorage storage = other.storage("mbox")) {
            StorageException changed =
                    assertThrows(StorageException.class, () -> storage.openForUpdate(expected));
            assertEquals(Kind.CHANGED, changed.kind());
        }
        assertEquals(0, other.open.get());
        ReplayedSocket same = new ReplayedSocket(reply, 1);
        try (AgentMailStorage storage = same.storage("mbox");
                FileHandle handle = storage.openForUpdate(ReplayedSocket.GOOD)) {
            assertEquals(ReplayedSocket.GOOD, handle.status());
            StorageException again =
                    assertThrows(
                            StorageException.class,
                            () -> storage.openForUpdate(ReplayedSocket.GOOD));
            assertEquals(Kind.NOT_PERMITTED, again.kind());
        }
        assertEquals(0, same.open.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void namesThatArePathsAreNoNames(int length) throws Exception {
        byte[] page = Golden.octets("list-page", 2);
        // The second entry is named "link": give it what leads elsewhere.
        int at = page.length - 4 - 61 - 4;
        for (byte[] name : List.of(new byte[] {'a', '/', 'b'}, new byte[] {'a', 0, 'b'})) {
            System.arraycopy(name, 0, page, at, length);
            try (AgentMailStorage storage = new ReplayedSocket(page, 0).storage("maildir")) {
                StorageException failed =
                        assertThrows(
                                StorageException.class, () -> storage.list(MailDirectory.CUR, 0));
                assertTrue(failed.getMessage().contains("path"), failed.getMessage());
            }
        }
    }

    /** Whose directory it is has been said at the login, and not by the agent. */
    @Test
    void aDirectoryIsItselfAndItsUsers() throws Exception {
        byte[] reply = Golden.octets("list-itself", 2);
        int owner = reply.length - 1 - 16 + 4;
        try (AgentMailStorage storage = new ReplayedSocket(reply, 0).storage("maildir")) {
            assertEquals(4710, storage.status(MailDirectory.CUR).orElseThrow().inode());
        }
        byte[] foreign = reply.clone();
        foreign[owner + 3]++;
        byte[] file = reply.clone();
        file[owner - 2] = (byte) 0x81;
        for (byte[] unfit : List.of(foreign, file)) {
            try (AgentMailStorage storage = new ReplayedSocket(unfit, 0).storage("maildir")) {
                assertEquals(Optional.empty(), storage.status(MailDirectory.CUR));
            }
        }
        byte[] named = reply.clone();
        named[reply.length - 1] = 'x';
        byte[] more = reply.clone();
        more[33] = 0;
        for (byte[] hostile : List.of(named, more)) {
            try (AgentMailStorage storage = new ReplayedSocket(hostile, 0).storage("maildir")) {
                assertThrows(StorageException.class, () -> storage.status(MailDirectory.CUR));
            }
        }
    }

    @Test
    void listsLeadSomewhere() throws Exception {
        byte[] page = Golden.octets("list-page", 2);
        try (AgentMailStorage storage = new ReplayedSocket(page, 0).storage("maildir")) {
            assertEquals(3, storage.list(MailDirectory.CUR, 0).entries().size());
        }
        long next = 0x55_4433_2211L;
        for (long[] positions : new long[][] {{next, next}, {0, 0}, {0, Long.MIN_VALUE}}) {
            ByteBuffer.wrap(page).putLong(26, positions[1]);
            try (AgentMailStorage storage = new ReplayedSocket(page, 0).storage("maildir")) {
                StorageException failed =
                        assertThrows(
                                StorageException.class,
                                () -> storage.list(MailDirectory.CUR, positions[0]));
                assertTrue(failed.getMessage().contains("nowhere"), failed.getMessage());
            }
        }
    }

    /** A call and the reply that it can be given. */
    private enum Call {
        MAILBOX("mbox", "open-mailbox-reply", 1) {
            @Override
            void make(MailStorage storage) throws StorageException {
                storage.openMailbox().ifPresent(FileHandle::close);
            }
        },
        UPDATE("mbox", "open-update-reply", 1) {
            @Override
            void make(MailStorage storage) throws StorageException {
                storage.openForUpdate(ReplayedSocket.GOOD).close();
            }
        },
        LIST("maildir", "list-page", 0) {
            @Override
            void make(MailStorage storage) throws StorageException {
                storage.list(MailDirectory.CUR, 0)
                        .entries()
                        .forEach(e -> e.status().isSameFile(e.status()));
            }
        },
        DIRECTORY("maildir", "list-itself", 0) {
            @Override
            void make(MailStorage storage) throws StorageException {
                storage.status(MailDirectory.CUR).ifPresent(it -> it.isSameFile(it));
            }
        },
        OPEN("maildir", "opened", 2) {
            @Override
            void make(MailStorage storage) throws StorageException {
                for (Opened opened : storage.open(Collections.nCopies(3, ENTRY))) {
                    if (opened instanceof Opened.File file) {
                        file.handle().close();
                    }
                }
            }
        },
        RENAME("maildir", "rename-reply", 0) {
            @Override
            void make(MailStorage storage) throws StorageException {
                assertEquals(
                        2,
                        storage.rename(Collections.nCopies(2, new Renaming(ENTRY, ENTRY))).size());
            }
        },
        CREATE("maildir", "create-reply", 1) {
            @Override
            void make(MailStorage storage) throws StorageException {
                storage.create(ENTRY).close();
            }
        };

        final String format;
        final String reply;
        final int descriptors;

        Call(String format, String reply, int descriptors) {
            this.format = format;
            this.reply = reply;
            this.descriptors = descriptors;
        }

        abstract void make(MailStorage storage) throws StorageException;
    }

    @Test
    void randomRepliesAreNoMoreThanFailures() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<Call, byte[]> replies = new EnumMap<>(Call.class);
        for (Call call : Call.values()) {
            replies.put(call, Golden.octets(call.reply, 2));
        }
        int failed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Call call = Call.values()[random.nextInt(Call.values().length)];
            byte[] reply = mutated(replies.get(call).clone(), random);
            int descriptors = random.nextInt(4) == 0 ? random.nextInt(5) : call.descriptors;
            ReplayedSocket socket = new ReplayedSocket(reply, descriptors);
            try (AgentMailStorage storage = socket.storage(call.format)) {
                call.make(storage);
            } catch (StorageException refused) {
                failed++;
            }
            assertEquals(0, socket.open.get(), () -> call + " with seed " + seed);
        }
        assertTrue(failed > ROUNDS / 2, failed + " failed");
    }

    private static byte[] mutated(byte[] reply, Random random) {
        byte[] octets = reply;
        for (int i = random.nextInt(4); i >= 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> octets = Arrays.copyOf(octets, random.nextInt(octets.length + 20));
                case 1 -> random.nextBytes(octets);
                default -> {
                    if (octets.length > 0) {
                        octets[random.nextInt(octets.length)] = (byte) random.nextInt();
                    }
                }
            }
        }
        // Most with a right length, to get beyond the header.
        if (octets.length >= 16 && random.nextInt(4) > 0) {
            ByteBuffer.wrap(octets).putInt(8, octets.length);
        }
        return octets;
    }

    @Test
    void aClosedStorageSaysSo() throws Exception {
        ReplayedSocket socket = new ReplayedSocket(Golden.octets("open-mailbox-missing"), 0);
        AgentMailStorage storage = socket.storage("mbox");
        assertEquals(Optional.empty(), storage.openMailbox());
        storage.close();
        storage.close();
        StorageException closed = assertThrows(StorageException.class, storage::openMailbox);
        assertEquals(Kind.UNAVAILABLE, closed.kind());
        assertEquals("the storage is closed", closed.getMessage());
    }
}
