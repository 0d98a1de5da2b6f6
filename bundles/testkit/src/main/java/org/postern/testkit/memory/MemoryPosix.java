package org.postern.testkit.memory;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.Privileges;
import org.postern.api.posix.SocketPoller;

/**
 * As much of an operating system as a mailbox format asks for: the clock, and the server's data
 * directory if it has one. It has no other files and no sockets by path, no crypt, and an
 * unprivileged user.
 */
public final class MemoryPosix implements Posix {
    /** Where the data directory is. */
    public static final Path DATA = Path.of("/data");

    private static final long USER = MemoryFiles.OWNER;

    private final ManualClock clock;
    private final Optional<MemoryDirectory> data;

    /**
     * @param clock what {@link #coarseClockNanos} shows
     */
    public MemoryPosix(ManualClock clock) {
        this.clock = clock;
        this.data = Optional.empty();
    }

    /**
     * @param clock what {@link #coarseClockNanos} shows
     * @param data what is at {@link #DATA}
     */
    public MemoryPosix(ManualClock clock, MemoryDirectory data) {
        this.clock = clock;
        this.data = Optional.of(data);
    }

    @Override
    public Privileges privileges() {
        return new Privileges(USER, USER, USER, USER, 0, 0, 0, 0);
    }

    @Override
    public DirectoryHandle openDirectory(Path absolute) throws PosixException {
        return data.filter(directory -> absolute.equals(DATA))
                .orElseThrow(() -> new PosixException("open", Errno.ENOENT));
    }

    @Override
    public MessageSocket connect(Path socket) throws PosixException {
        throw new PosixException("connect", Errno.ENOENT);
    }

    @Override
    public SocketPoller newPoller() throws PosixException {
        throw new PosixException("epoll_create1", Errno.ENOSYS);
    }

    @Override
    public Optional<byte[]> crypt(ByteBuffer phrase, byte[] setting) {
        return Optional.empty();
    }

    @Override
    public long coarseClockNanos() {
        return clock.coarseNanos();
    }

    @Override
    public long coarseTickNanos() {
        return clock.tickNanos();
    }
}
