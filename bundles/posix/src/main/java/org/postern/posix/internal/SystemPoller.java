package org.postern.posix.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.SocketPoller;

/**
 * epoll(7), each registration for one event. Events carry a token that is never used again: one
 * that was on its way when its socket was deregistered finds nobody, also if the number is another
 * socket's by then.
 */
final class SystemPoller implements SocketPoller {
    private static final int EVENTS = 64;
    private static final int EPOLLIN = 0x1;
    private static final int EPOLLRDHUP = 0x2000;
    private static final int EPOLLONESHOT = 1 << 30;
    private static final long WAKE_UP = 0;
    // struct epoll_event: events, then 64 bits for the caller; packed on this architecture alone.
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    private static final int TOKEN = PACKED ? 4 : 8;
    private static final int EVENT = PACKED ? 12 : 16;

    private final SocketCalls socketCalls;
    private final Descriptor poller;
    private final Descriptor event;
    private final AtomicLong lastToken = new AtomicLong(WAKE_UP);
    private final Map<SystemMessageSocket, Long> tokens = new ConcurrentHashMap<>();
    private final Map<Long, SystemMessageSocket> sockets = new ConcurrentHashMap<>();

    private SystemPoller(SocketCalls socketCalls, Descriptor poller, Descriptor event) {
        this.socketCalls = socketCalls;
        this.poller = poller;
        this.event = event;
    }

    static SystemPoller open(SystemCalls calls, SocketCalls socketCalls) throws PosixException {
        Descriptor poller = new Descriptor(calls, socketCalls.newPoller());
        boolean done = false;
        try {
            int number = socketCalls.newEvent();
            SystemPoller opened =
                    new SystemPoller(socketCalls, poller, new Descriptor(calls, number));
            try {
                opened.control(SocketCalls.EPOLL_CTL_ADD, number, EPOLLIN, WAKE_UP);
                done = true;
                return opened;
            } finally {
                if (!done) {
                    opened.event.close();
                }
            }
        } finally {
            if (!done) {
                poller.close();
            }
        }
    }

    private void control(int operation, int number, int events, long token) throws PosixException {
        int epoll = poller.acquire("epoll_ctl");
        try (NativeMemory memory = NativeMemory.ofSize(EVENT)) {
            memory.putInt(0, events);
            memory.putLong(TOKEN, token);
            socketCalls.control(epoll, operation, number, memory);
        } finally {
            poller.release();
        }
    }

    @Override
    public void register(MessageSocket socket) throws PosixException {
        if (!(socket instanceof SystemMessageSocket own)) {
            throw new IllegalArgumentException("not a socket of this system");
        }
        long token = lastToken.incrementAndGet();
        if (tokens.putIfAbsent(own, token) != null) {
            throw new IllegalStateException("registered already");
        }
        // Before the kernel knows it: its event may be there at once.
        sockets.put(token, own);
        boolean done = false;
        try {
            int number = own.descriptor().acquire("epoll_ctl");
            try {
                control(
                        SocketCalls.EPOLL_CTL_ADD,
                        number,
                        EPOLLIN | EPOLLRDHUP | EPOLLONESHOT,
                        token);
                done = true;
            } finally {
                own.descriptor().release();
            }
        } finally {
            if (!done) {
                sockets.remove(token);
                tokens.remove(own);
            }
        }
    }

    @Override
    public void deregister(MessageSocket socket) {
        if (socket instanceof SystemMessageSocket own) {
            Long token = tokens.get(own);
            if (token != null && sockets.remove(token) != null) {
                forget(own);
            }
        }
    }

    // By the one who took it out of the sockets.
    private void forget(SystemMessageSocket socket) {
        try {
            int number = socket.descriptor().acquire("epoll_ctl");
            try {
                control(SocketCalls.EPOLL_CTL_DEL, number, 0, 0);
            } finally {
                socket.descriptor().release();
            }
        } catch (PosixException closed) {
            // Then the kernel has forgotten it already, or does so with the poller.
        } finally {
            tokens.remove(socket);
        }
    }

    @Override
    public List<MessageSocket> await(Duration timeout) throws PosixException {
        int epoll = poller.acquire("epoll_wait");
        try (NativeMemory events = NativeMemory.ofSize(EVENTS * EVENT)) {
            int count = socketCalls.awaitEvents(epoll, events, EVENTS, timeout);
            List<MessageSocket> ready = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                long token = events.longAt(i * EVENT + TOKEN);
                SystemMessageSocket socket = sockets.remove(token);
                if (socket != null) {
                    forget(socket);
                    ready.add(socket);
                } else if (token == WAKE_UP) {
                    withEvent(socketCalls::lower);
                }
            }
            return ready;
        } finally {
            poller.release();
        }
    }

    @Override
    public void wakeUp() {
        withEvent(socketCalls::raise);
    }

    private interface EventCall {
        void on(int number);
    }

    private void withEvent(EventCall call) {
        try {
            int number = event.acquire("eventfd");
            try {
                call.on(number);
            } finally {
                event.release();
            }
        } catch (PosixException closed) {
            // Nobody waits any more.
        }
    }

    @Override
    public void close() {
        // A wait under way ends, and with it the descriptors' last use.
        poller.close();
        wakeUp();
        event.close();
    }
}
