package org.postern.posix.internal;

import java.time.Duration;
import org.postern.api.posix.Errno;
import org.postern.api.posix.PeerCredentials;
import org.postern.api.posix.PosixException;

/**
 * System calls on sockets and pollers. The numbers are those of asm-generic, which both supported
 * architectures use.
 */
final class SocketCalls {
    /** What {@link #send} and {@link #receive} give when the call would block. */
    static final int WOULD_BLOCK = -1;

    static final int POLLIN = 0x1;
    static final int POLLOUT = 0x4;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;

    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x4000_0000;
    private static final int SHUT_RDWR = 2;

    // struct sockaddr_un: the family, then the path with its NUL.
    private static final int ADDRESS = 110;
    private static final int PATH = 2;

    private final LibC libC;
    private final SystemCalls calls;

    SocketCalls(LibC libC, SystemCalls calls) {
        this.libC = libC;
        this.calls = calls;
    }

    /** A new connected socket, non-blocking and closed on exec. */
    int connect(byte[] path) throws PosixException {
        // A path that fills the field would have no NUL.
        if (path.length >= ADDRESS - PATH) {
            throw new PosixException("connect", Errno.ENAMETOOLONG);
        }
        int type = SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC;
        int descriptor;
        while ((descriptor = libC.socket(AF_UNIX, type, 0)) < 0) {
            calls.retryOrThrow("socket");
        }
        boolean connected = false;
        try (NativeMemory address = NativeMemory.ofSize(ADDRESS)) {
            address.putShort(0, (short) AF_UNIX);
            address.putOctets(PATH, path);
            while (libC.connect(descriptor, address.address(), ADDRESS) < 0) {
                calls.retryOrThrow("connect");
            }
            connected = true;
            return descriptor;
        } finally {
            if (!connected) {
                calls.close(descriptor);
            }
        }
    }

    PeerCredentials peer(int descriptor) throws PosixException {
        try (NativeMemory credentials = NativeMemory.ofSize(12);
                NativeMemory length = NativeMemory.ofSize(4)) {
            length.putInt(0, 12);
            while (libC.getsockopt(
                            descriptor,
                            SOL_SOCKET,
                            SO_PEERCRED,
                            credentials.address(),
                            length.address())
                    < 0) {
                calls.retryOrThrow("getsockopt");
            }
            if (length.intAt(0) != 12) {
                throw new PosixException("getsockopt", Errno.OTHER);
            }
            return new PeerCredentials(
                    Integer.toUnsignedLong(credentials.intAt(4)),
                    Integer.toUnsignedLong(credentials.intAt(8)),
                    Integer.toUnsignedLong(credentials.intAt(0)));
        }
    }

    /** How many octets were taken, or {@link #WOULD_BLOCK}. */
    int send(int descriptor, long address, int count) throws PosixException {
        long octets;
        while ((octets = libC.send(descriptor, address, count, MSG_NOSIGNAL | MSG_DONTWAIT)) < 0) {
            Errno errno = calls.errno();
            if (errno == Errno.EAGAIN) {
                return WOULD_BLOCK;
            }
            SystemCalls.retryOrThrow("send", errno);
        }
        return (int) octets;
    }

    /** How many octets came, 0 at the end, or {@link #WOULD_BLOCK}. */
    int receive(int descriptor, NativeMemory header) throws PosixException {
        boolean reset = false;
        long octets;
        while ((octets =
                        libC.recvmsg(descriptor, header.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC))
                < 0) {
            Errno errno = calls.errno();
            if (errno == Errno.EAGAIN) {
                return WOULD_BLOCK;
            }
            // Linux says once that the other side closed without reading everything, ahead of what
            // that side had sent: its reason for closing, say.
            if (errno == Errno.ECONNRESET && !reset) {
                reset = true;
            } else {
                SystemCalls.retryOrThrow("recvmsg", errno);
            }
        }
        return (int) octets;
    }

    /** Whoever waits for this socket, on either side, finds it ended. */
    void shutdown(int descriptor) {
        int ignored = libC.shutdown(descriptor, SHUT_RDWR);
    }

    /** poll(2) of one descriptor: whether it was ready, ended or broken within the time. */
    boolean await(int descriptor, int events, Duration timeout) throws PosixException {
        long start = System.nanoTime();
        long nanos = timeout.toNanos();
        // struct pollfd: fd, events, revents.
        try (NativeMemory entry = NativeMemory.ofSize(8)) {
            entry.putInt(0, descriptor);
            entry.putShort(4, (short) events);
            while (true) {
                long left = nanos - (System.nanoTime() - start);
                int ready = libC.poll(entry.address(), 1, milliseconds(left));
                if (ready >= 0) {
                    return ready > 0;
                }
                calls.retryOrThrow("poll");
            }
        }
    }

    int newPoller() throws PosixException {
        int descriptor;
        while ((descriptor = libC.epollCreate1(SOCK_CLOEXEC)) < 0) {
            calls.retryOrThrow("epoll_create1");
        }
        return descriptor;
    }

    int newEvent() throws PosixException {
        int descriptor;
        while ((descriptor = libC.eventfd(0, SOCK_CLOEXEC | SOCK_NONBLOCK)) < 0) {
            calls.retryOrThrow("eventfd");
        }
        return descriptor;
    }

    void control(int poller, int operation, int descriptor, NativeMemory event)
            throws PosixException {
        while (libC.epollCtl(poller, operation, descriptor, event.address()) < 0) {
            calls.retryOrThrow("epoll_ctl");
        }
    }

    /** How many events came; a signal ends the wait as the time does. */
    int awaitEvents(int poller, NativeMemory events, int most, Duration timeout)
            throws PosixException {
        int count = libC.epollWait(poller, events.address(), most, milliseconds(timeout.toNanos()));
        if (count < 0) {
            calls.retryOrThrow("epoll_wait");
            return 0;
        }
        return count;
    }

    /** Makes an event descriptor readable; one that cannot count on is readable already. */
    void raise(int event) {
        try (NativeMemory one = NativeMemory.ofSize(8)) {
            one.putLong(0, 1);
            long ignored = libC.write(event, one.address(), 8);
        }
    }

    /** Makes it unreadable until it is raised again. */
    void lower(int event) {
        try (NativeMemory count = NativeMemory.ofSize(8)) {
            long ignored = libC.read(event, count.address(), 8);
        }
    }

    // Rounded up: a wait that ends early would be begun again at once, and again.
    private static int milliseconds(long nanos) {
        long milliseconds = (Math.max(0, nanos) + 999_999) / 1_000_000;
        return (int) Math.min(Integer.MAX_VALUE, milliseconds);
    }
}
