package org.postern.testkit.posix;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * A listening Unix socket of type SOCK_SEQPACKET, whose connections send what a test wants, with
 * the descriptors it wants. The product only ever connects, so this is not part of it. Wants the
 * native code of org.postern.posix, which has to be opened first.
 */
public final class MessageServer implements AutoCloseable {
    /** The functions of libc that are used; public for the library that binds them. */
    public interface Calls {
        int socket(int domain, int type, int protocol);

        int bind(int descriptor, Pointer address, int length);

        int listen(int descriptor, int backlog);

        int accept(int descriptor, Pointer address, Pointer length);

        int shutdown(int descriptor, int how);

        int close(int descriptor);

        int open(String path, int flags);

        long recv(int descriptor, Pointer target, long length, int flags);

        long sendmsg(int descriptor, Pointer message, int flags);
    }

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_RDWR = 2;
    private static final int O_RDWR = 2;
    private static final int LONGEST = 1 << 17;

    private final Calls calls;
    private final Path socket;
    private final int descriptor;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MessageServer(Calls calls, Path socket, int descriptor) {
        this.calls = calls;
        this.socket = socket;
        this.descriptor = descriptor;
    }

    /** Listens at a path where nothing is yet. */
    public static MessageServer listen(Path socket, int backlog) throws IOException {
        return listen(socket, SOCK_SEQPACKET, backlog);
    }

    /** Listens with a socket of type SOCK_STREAM, to which messages cannot be sent. */
    public static MessageServer listenForStreams(Path socket) throws IOException {
        return listen(socket, SOCK_STREAM, 1);
    }

    private static MessageServer listen(Path socket, int type, int backlog) throws IOException {
        Calls calls = LibraryLoader.create(Calls.class).failImmediately().load("libc.so.6");
        MessageServer server =
                new MessageServer(calls, socket, checked(calls.socket(AF_UNIX, type, 0), "socket"));
        byte[] path = socket.toString().getBytes(StandardCharsets.UTF_8);
        Pointer address = memory(110);
        address.putShort(0, (short) AF_UNIX);
        address.put(2, path, 0, path.length);
        try {
            checked(calls.bind(server.descriptor, address, 110), "bind");
            checked(calls.listen(server.descriptor, backlog), "listen");
            return server;
        } catch (IOException failed) {
            server.close();
            throw failed;
        }
    }

    /** Waits for the next connection. */
    public Peer accept() throws IOException {
        return new Peer(checked(calls.accept(descriptor, null, null), "accept"));
    }

    /** A bare descriptor of a file, for reading or for both; the caller closes it. */
    public int open(Path file, boolean writable) throws IOException {
        return checked(calls.open(file.toString(), writable ? O_RDWR : 0), "open");
    }

    /** A bare descriptor of a stream socket; the caller closes it. */
    public int openSocket() throws IOException {
        return checked(calls.socket(AF_UNIX, SOCK_STREAM, 0), "socket");
    }

    /** Closes bare descriptors. */
    public void close(int... descriptors) {
        for (int number : descriptors) {
            int ignored = calls.close(number);
        }
    }

    /** Stops listening; an accept under way fails. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            int ignored = calls.shutdown(descriptor, SHUT_RDWR);
            close(descriptor);
        }
    }

    @Override
    public String toString() {
        return "listening at " + socket;
    }

    private static int checked(int result, String call) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": error " + Runtime.getSystemRuntime().getLastError());
        }
        return result;
    }

    private static Pointer memory(int size) {
        return Memory.allocateDirect(Runtime.getSystemRuntime(), size, true);
    }

    /** A connection that was accepted. */
    public final class Peer implements AutoCloseable {
        private final int number;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Peer(int number) {
            this.number = number;
        }

        /** Waits for the next message; empty at the end. */
        public Optional<byte[]> receive() throws IOException {
            Pointer target = memory(LONGEST);
            int length = checked((int) calls.recv(number, target, LONGEST, 0), "recv");
            if (length == 0) {
                return Optional.empty();
            }
            byte[] message = new byte[length];
            target.get(0, message, 0, length);
            return Optional.of(message);
        }

        /** Sends a message with descriptors, which stay open here. */
        public void send(byte[] message, int... descriptors) throws IOException {
            Pointer octets = memory(Math.max(1, message.length));
            octets.put(0, message, 0, message.length);
            Pointer vector = memory(16);
            vector.putAddress(0, octets.address());
            vector.putLong(8, message.length);
            Pointer header = memory(56);
            header.putAddress(16, vector.address());
            header.putLong(24, 1);
            Pointer control = memory(16 + ((4 * descriptors.length + 7) & ~7));
            if (descriptors.length > 0) {
                control.putLong(0, 16 + 4L * descriptors.length);
                control.putInt(8, SOL_SOCKET);
                control.putInt(12, SCM_RIGHTS);
                control.put(16, descriptors, 0, descriptors.length);
                header.putAddress(32, control.address());
                header.putLong(40, control.size());
            }
            try {
                checked((int) calls.sendmsg(number, header, MSG_NOSIGNAL), "sendmsg");
            } finally {
                // The memory that the header points to.
                Reference.reachabilityFence(List.of(octets, vector, control));
            }
        }

        /** Ends the connection; a receive under way finds the end. */
        @Override
        public void close() {
            if (ended.compareAndSet(false, true)) {
                int ignored = calls.shutdown(number, SHUT_RDWR);
                MessageServer.this.close(number);
            }
        }
    }
}
