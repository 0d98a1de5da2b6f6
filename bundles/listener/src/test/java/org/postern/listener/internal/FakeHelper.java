package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.helper.Helper;
import org.postern.api.helper.HelperException;
import org.postern.api.helper.HelperMethod;
import org.postern.api.helper.HelperStatus;
import org.postern.api.helper.ListeningSocket;

/**
 * Holds listening sockets, and hands out copies of their descriptors as the real helper does: by
 * sending them through a Unix socket.
 */
final class FakeHelper implements Helper, AutoCloseable {
    /** Copies that were handed out and neither taken nor closed. */
    final AtomicInteger outstanding = new AtomicInteger();

    final AtomicInteger asked = new AtomicInteger();
    volatile String problem = "";

    /** Hands out sockets that cannot be taken. */
    volatile boolean broken;

    private final List<Socket> held = new ArrayList<>();
    private final Socket sending;
    private final FileDescriptor accepted;
    private final Socket receiving;

    FakeHelper(Path directory) throws IOException {
        Epoll.ensureAvailability();
        DomainSocketAddress address =
                new DomainSocketAddress(directory.resolve("helper.sock").toString());
        Socket server = Socket.newSocketDomain();
        server.bind(address);
        server.listen(1);
        sending = Socket.newSocketDomain();
        assertTrue(sending.connect(address));
        int descriptor = server.accept(new byte[128]);
        accepted = new FileDescriptor(descriptor);
        receiving = new Socket(descriptor);
        server.close();
    }

    /** Binds a free port and says which. */
    int hold(String address) throws IOException {
        Socket socket = Socket.newSocketStream();
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        socket.listen(64);
        synchronized (held) {
            held.add(socket);
        }
        return socket.localAddress().getPort();
    }

    @Override
    public List<ListeningSocket> listeningSockets() throws HelperException {
        asked.incrementAndGet();
        if (!problem.isEmpty()) {
            throw new HelperException(problem);
        }
        List<ListeningSocket> copies = new ArrayList<>();
        synchronized (held) {
            for (Socket socket : held) {
                copies.add(new Copy(socket.localAddress(), copy(socket)));
            }
        }
        if (broken) {
            copies.forEach(ListeningSocket::close);
        }
        return copies;
    }

    private int copy(Socket socket) throws HelperException {
        try {
            assertTrue(sending.sendFd(socket.intValue()) > 0);
            int copy = receiving.recvFd();
            assertTrue(copy > 0);
            return copy;
        } catch (IOException failed) {
            throw new HelperException("by the test", failed);
        }
    }

    @Override
    public AuthenticationAttempt authenticate(
            HelperMethod method, String backend, AuthenticationRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public HelperStatus status() {
        return new HelperStatus(true, Set.of(), "");
    }

    @Override
    public void close() throws IOException {
        synchronized (held) {
            for (Socket socket : held) {
                socket.close();
            }
        }
        sending.close();
        accepted.close();
    }

    private final class Copy implements ListeningSocket {
        private final InetSocketAddress address;
        private final int descriptor;
        private boolean gone;

        Copy(InetSocketAddress address, int descriptor) {
            this.address = address;
            this.descriptor = descriptor;
            outstanding.incrementAndGet();
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public int takeDescriptor() {
            if (gone) {
                throw new IllegalStateException("gone");
            }
            gone = true;
            outstanding.decrementAndGet();
            return descriptor;
        }

        @Override
        public void close() {
            if (!gone) {
                takeDescriptor();
                try {
                    new FileDescriptor(descriptor).close();
                } catch (IOException impossible) {
                    throw new IllegalStateException(impossible);
                }
            }
        }
    }
}
