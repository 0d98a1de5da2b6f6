package org.postern.testkit.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.Errno;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.SocketPoller;

/** What {@link SocketPoller} promises. */
public abstract class SocketPollerContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MANY = 200;

    @TempDir Path temporary;
    private final List<MessageSocket> clients = new ArrayList<>();
    private final List<MessageServer.Peer> peers = new ArrayList<>();
    private Posix posix;
    private MessageServer server;
    private SocketPoller poller;

    /** The implementation under test. */
    public abstract Posix posix() throws IOException;

    @BeforeEach
    void open() throws IOException {
        posix = posix();
        poller = posix.newPoller();
        server = MessageServer.listen(temporary.resolve("socket"), 8);
    }

    @AfterEach
    void close() {
        poller.close();
        clients.forEach(MessageSocket::close);
        peers.forEach(MessageServer.Peer::close);
        server.close();
    }

    private MessageSocket connected() throws IOException {
        MessageSocket client = posix.connect(temporary.resolve("socket"));
        clients.add(client);
        peers.add(server.accept());
        return client;
    }

    @Test
    void tellsEachOnce() throws Exception {
        MessageSocket one = connected();
        MessageSocket two = connected();
        poller.register(one);
        poller.register(two);
        assertEquals(List.of(), poller.await(Duration.ofMillis(1)));
        peers.get(1).send(new byte[1]);
        assertEquals(List.of(two), poller.await(PATIENCE));
        assertEquals(List.of(), poller.await(Duration.ofMillis(1)), "once");
        poller.register(two);
        assertEquals(List.of(two), poller.await(PATIENCE), "it is still there");
        two.receive(ByteBuffer.allocateDirect(1)).orElseThrow().close();
        peers.get(0).close();
        assertEquals(List.of(one), poller.await(PATIENCE), "the end");
    }

    @Test
    void whatIsDeregisteredIsNotTold() throws Exception {
        MessageSocket one = connected();
        poller.register(one);
        assertThrows(IllegalStateException.class, () -> poller.register(one));
        poller.deregister(one);
        poller.deregister(one);
        peers.get(0).send(new byte[1]);
        assertEquals(List.of(), poller.await(Duration.ofMillis(1)));
        poller.register(one);
        assertEquals(List.of(one), poller.await(PATIENCE));
        poller.deregister(one);
    }

    @Test
    void wakesUp() throws Exception {
        poller.wakeUp();
        poller.wakeUp();
        assertEquals(List.of(), poller.await(PATIENCE), "at once");
        CompletableFuture<List<MessageSocket>> waiting = waiting();
        poller.wakeUp();
        assertEquals(List.of(), waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    private CompletableFuture<List<MessageSocket>> waiting() {
        CompletableFuture<List<MessageSocket>> result = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                result.complete(poller.await(Duration.ofHours(1)));
                            } catch (PosixException failed) {
                                result.completeExceptionally(failed);
                            }
                        })
                .start();
        return result;
    }

    @Test
    void aWaitUnderWaySeesWhatIsNew() throws Exception {
        CompletableFuture<List<MessageSocket>> waiting = waiting();
        MessageSocket one = connected();
        poller.register(one);
        peers.get(0).send(new byte[1]);
        assertEquals(List.of(one), waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void watchesMany() throws Exception {
        Set<MessageSocket> expected = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            MessageSocket socket = connected();
            poller.register(socket);
            peers.get(i).send(new byte[1]);
            expected.add(socket);
        }
        Set<MessageSocket> told = new HashSet<>();
        while (told.size() < MANY) {
            List<MessageSocket> ready = poller.await(PATIENCE);
            assertEquals(false, ready.isEmpty());
            told.addAll(ready);
        }
        assertEquals(expected, told);
    }

    @Test
    void closesWithoutARest() throws Exception {
        long before = openDescriptors();
        SocketPoller second = posix.newPoller();
        second.close();
        second.close();
        assertEquals(before, openDescriptors());
        second.wakeUp();
        PosixContract.assertErrno(Errno.EBADF, () -> second.await(Duration.ZERO));
        MessageSocket one = connected();
        PosixContract.assertErrno(Errno.EBADF, () -> second.register(one));
        second.deregister(one);
        one.close();
        PosixContract.assertErrno(Errno.EBADF, () -> poller.register(one));
    }

    private static long openDescriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }
}
