package org.postern.testkit.posix;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileType;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.ReceivedDescriptor;
import org.postern.api.posix.ReceivedMessage;

/** What {@link MessageSocket} promises. */
public abstract class MessageSocketContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path temporary;
    private Posix posix;
    private Path path;
    private MessageServer server;
    private MessageSocket client;
    private MessageServer.Peer peer;

    /** The implementation under test. */
    public abstract Posix posix() throws IOException;

    @BeforeEach
    void connect() throws IOException {
        posix = posix();
        path = temporary.resolve("socket");
        server = MessageServer.listen(path, 8);
        client = posix.connect(path);
        peer = server.accept();
    }

    @AfterEach
    void close() {
        client.close();
        peer.close();
        server.close();
    }

    private static ByteBuffer direct(String text) {
        byte[] octets = text.getBytes(US_ASCII);
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }

    private static byte[] octets(ByteBuffer received) {
        byte[] octets = new byte[received.flip().remaining()];
        received.get(octets);
        return octets;
    }

    private ReceivedMessage received(ByteBuffer target) throws PosixException {
        assertTrue(client.awaitMessage(PATIENCE), "a message came");
        return client.receive(target).orElseThrow();
    }

    private static long openDescriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }

    private int[] open(int count) throws IOException {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            Path file = Files.writeString(temporary.resolve("file" + i), "content " + i);
            numbers[i] = server.open(file, false);
        }
        return numbers;
    }

    @Test
    void connectSaysWhyNot() throws Exception {
        PosixContract.assertErrno(Errno.ENOENT, () -> posix.connect(temporary.resolve("missing")));
        Path dead = temporary.resolve("dead");
        MessageServer.listen(dead, 1).close();
        PosixContract.assertErrno(Errno.ECONNREFUSED, () -> posix.connect(dead));
        Path stream = temporary.resolve("stream");
        try (MessageServer streams = MessageServer.listenForStreams(stream)) {
            assertTrue(Files.exists(stream), "" + streams);
            PosixContract.assertErrno(Errno.EPROTOTYPE, () -> posix.connect(stream));
        }
        Path tooLong = Path.of("/" + "x".repeat(107));
        PosixContract.assertErrno(Errno.ENAMETOOLONG, () -> posix.connect(tooLong));
        PosixContract.assertErrno(
                Errno.ENOENT, () -> posix.connect(Path.of("/" + "x".repeat(106))));
        assertThrows(IllegalArgumentException.class, () -> posix.connect(Path.of("relative")));
    }

    @Test
    void aFullBacklogBlocksNobody() throws Exception {
        Path busy = temporary.resolve("busy");
        List<MessageSocket> waiting = new ArrayList<>();
        try (MessageServer full = MessageServer.listen(busy, 1)) {
            PosixException refused =
                    assertThrows(
                            PosixException.class,
                            () -> {
                                while (waiting.size() < 16) {
                                    waiting.add(posix.connect(busy));
                                }
                            },
                            "" + full);
            assertEquals(Errno.EAGAIN, refused.errno());
        } finally {
            waiting.forEach(MessageSocket::close);
        }
    }

    @Test
    void peerIsWhoListens() throws Exception {
        assertEquals(posix.privileges().effectiveUser(), client.peer().user());
        assertEquals(ProcessHandle.current().pid(), client.peer().process());
    }

    @Test
    void messagesKeepTheirBounds() throws Exception {
        ByteBuffer message = direct("xxfirstxx").position(2).limit(7);
        assertTrue(client.send(message));
        assertEquals(7, message.position());
        assertTrue(client.send(direct("second")));
        assertArrayEquals("first".getBytes(US_ASCII), peer.receive().orElseThrow());
        assertArrayEquals("second".getBytes(US_ASCII), peer.receive().orElseThrow());
        peer.send("one".getBytes(US_ASCII));
        peer.send("two".getBytes(US_ASCII));
        ByteBuffer target = ByteBuffer.allocateDirect(16);
        try (ReceivedMessage one = received(target);
                ReceivedMessage two = received(target)) {
            assertEquals(3, one.octets());
            assertEquals(3, two.octets());
            assertFalse(one.truncated() || two.truncated());
            assertFalse(one.isEnd());
            assertEquals(List.of(), one.descriptors());
        }
        assertArrayEquals("onetwo".getBytes(US_ASCII), octets(target));
    }

    @Test
    void nothingBlocks() throws Exception {
        assertEquals(Optional.empty(), client.receive(ByteBuffer.allocateDirect(16)));
        assertFalse(client.awaitMessage(Duration.ofMillis(1)));
        ByteBuffer large = ByteBuffer.allocateDirect(20_000);
        int sent = 0;
        while (client.send(large.clear())) {
            sent++;
            assertTrue(sent < 10_000, "it is full some time");
        }
        assertEquals(0, large.position());
        assertFalse(client.awaitSpace(Duration.ofMillis(1)));
        for (int i = 0; i < sent; i++) {
            assertEquals(20_000, peer.receive().orElseThrow().length);
        }
        assertTrue(client.awaitSpace(PATIENCE));
    }

    @Test
    void whatDoesNotFitIsSaid() throws Exception {
        peer.send(new byte[17]);
        peer.send(new byte[16]);
        ByteBuffer target = ByteBuffer.allocateDirect(16);
        try (ReceivedMessage cut = received(target)) {
            assertTrue(cut.truncated());
            assertEquals(16, cut.octets());
        }
        try (ReceivedMessage whole = received(target.clear())) {
            assertFalse(whole.truncated());
        }
    }

    @Test
    void descriptorsBecomeHandlesAndNumbers() throws Exception {
        int[] numbers = open(3);
        long before = openDescriptors();
        peer.send(new byte[1], numbers);
        server.close(numbers);
        List<ReceivedDescriptor> descriptors;
        FileHandle taken;
        try (ReceivedMessage message = received(ByteBuffer.allocateDirect(16))) {
            descriptors = message.descriptors();
            assertEquals(3, descriptors.size());
            assertEquals(FileType.REGULAR, descriptors.get(0).status().type());
            taken = descriptors.get(0).takeFile();
        }
        try (FileHandle handle = taken) {
            ByteBuffer content = ByteBuffer.allocateDirect(16);
            assertEquals(9, handle.read(content, 0));
            assertArrayEquals("content 0".getBytes(US_ASCII), octets(content));
        }
        for (ReceivedDescriptor gone : descriptors) {
            assertThrows(IllegalStateException.class, gone::takeFile);
            assertThrows(IllegalStateException.class, gone::takeNumber);
            PosixContract.assertErrno(Errno.EBADF, gone::status);
        }
        assertEquals(before - 3, openDescriptors());
    }

    @Test
    void aNumberThatWasTakenIsNotClosed() throws Exception {
        int[] numbers = open(1);
        peer.send(new byte[1], numbers);
        int taken;
        try (ReceivedMessage message = received(ByteBuffer.allocateDirect(16))) {
            taken = message.descriptors().get(0).takeNumber();
        }
        assertTrue(Files.exists(Path.of("/proc/self/fd/" + taken)));
        // FD_CLOEXEC, in octal among the flags.
        String info = Files.readString(Path.of("/proc/self/fdinfo/" + taken));
        String flags = info.lines().filter(l -> l.startsWith("flags:")).findFirst().orElseThrow();
        assertTrue((Long.parseLong(flags.substring(6).trim(), 8) & 02000000) != 0, flags);
        server.close(taken, numbers[0]);
    }

    @Test
    void surplusDescriptorsAreSaidAndOwned() throws Exception {
        int[] numbers = open(MessageSocket.MAX_DESCRIPTORS + 1);
        long before = openDescriptors();
        peer.send(new byte[1], numbers);
        try (ReceivedMessage message = received(ByteBuffer.allocateDirect(16))) {
            assertTrue(message.truncated());
            assertEquals(MessageSocket.MAX_DESCRIPTORS, message.descriptors().size());
            assertEquals(before + MessageSocket.MAX_DESCRIPTORS, openDescriptors());
        }
        assertEquals(before, openDescriptors());
        // As many as fit.
        int[] most = new int[MessageSocket.MAX_DESCRIPTORS];
        System.arraycopy(numbers, 0, most, 0, most.length);
        peer.send(new byte[1], most);
        try (ReceivedMessage message = received(ByteBuffer.allocateDirect(16))) {
            assertFalse(message.truncated());
            assertEquals(MessageSocket.MAX_DESCRIPTORS, message.descriptors().size());
        }
        assertEquals(before, openDescriptors());
        server.close(numbers);
    }

    @Test
    void theEndComesAfterWhatWasSent() throws Exception {
        assertTrue(client.send(direct("never read")));
        peer.send("bye".getBytes(US_ASCII));
        peer.close();
        ByteBuffer target = ByteBuffer.allocateDirect(16);
        try (ReceivedMessage last = received(target)) {
            assertEquals(3, last.octets());
        }
        try (ReceivedMessage end = received(target)) {
            assertTrue(end.isEnd());
        }
        PosixContract.assertErrno(Errno.EPIPE, () -> client.send(direct("gone")));
    }

    @Test
    void closingEndsTheConnection() throws Exception {
        client.close();
        client.close();
        assertEquals(Optional.empty(), peer.receive());
        PosixContract.assertErrno(Errno.EBADF, () -> client.send(direct("x")));
        PosixContract.assertErrno(Errno.EBADF, () -> client.receive(ByteBuffer.allocateDirect(1)));
        PosixContract.assertErrno(Errno.EBADF, client::peer);
        PosixContract.assertErrno(Errno.EBADF, () -> client.awaitMessage(PATIENCE));
    }

    @Test
    void closingEndsAWait() throws Exception {
        CompletableFuture<Boolean> waiting = new CompletableFuture<>();
        Thread waiter =
                new Thread(
                        () -> {
                            try {
                                waiting.complete(client.awaitMessage(Duration.ofHours(1)));
                            } catch (PosixException closed) {
                                waiting.complete(true);
                            }
                        });
        waiter.start();
        client.close();
        assertTrue(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        waiter.join();
    }

    @Test
    void buffersAreDirectAndOfSomeSize() {
        ByteBuffer heap = ByteBuffer.allocate(16);
        ByteBuffer empty = ByteBuffer.allocateDirect(0);
        assertThrows(IllegalArgumentException.class, () -> client.send(heap));
        assertThrows(IllegalArgumentException.class, () -> client.send(empty));
        assertThrows(IllegalArgumentException.class, () -> client.receive(heap));
        assertThrows(IllegalArgumentException.class, () -> client.receive(empty));
        ByteBuffer readOnly = ByteBuffer.allocateDirect(16).asReadOnlyBuffer();
        assertThrows(ReadOnlyBufferException.class, () -> client.receive(readOnly));
    }

    @Test
    void nothingIsLeftOpen() throws Exception {
        long before = openDescriptors();
        for (int i = 0; i < 20; i++) {
            MessageSocket socket = posix.connect(path);
            server.accept().close();
            socket.close();
            assertThrows(PosixException.class, () -> posix.connect(temporary.resolve("missing")));
        }
        assertEquals(before, openDescriptors());
    }
}
