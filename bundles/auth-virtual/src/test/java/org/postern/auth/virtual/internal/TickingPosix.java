package org.postern.auth.virtual.internal;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.Privileges;
import org.postern.api.posix.SocketPoller;
import org.postern.testkit.memory.MemoryFile;

/** A system with one file in every directory, and a clock that the test moves. */
record TickingPosix(MemoryFile file, AtomicLong now, AtomicLong opened) implements Posix {
    static final long TICK = 4_000_000;

    @Override
    public Privileges privileges() {
        return new Privileges(1000, 1000, 1000, 1000, 0, 0, 0, 0);
    }

    @Override
    public DirectoryHandle openDirectory(Path absolute) {
        return (DirectoryHandle)
                Proxy.newProxyInstance(
                        TickingPosix.class.getClassLoader(),
                        new Class<?>[] {DirectoryHandle.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "status" -> file.status();
                                    case "open" -> open();
                                    default -> null;
                                });
    }

    private FileHandle open() {
        opened.incrementAndGet();
        return file.open(false);
    }

    @Override
    public MessageSocket connect(Path socket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketPoller newPoller() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> crypt(ByteBuffer phrase, byte[] setting) {
        return Optional.empty();
    }

    @Override
    public long coarseClockNanos() {
        return now.get();
    }

    @Override
    public long coarseTickNanos() {
        return TICK;
    }
}
