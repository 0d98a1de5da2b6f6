package org.postern.listener.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.Privileges;
import org.postern.api.posix.SocketPoller;

/** A process with the privileges that a test gives it. */
final class FakePosix implements Posix {
    static final Privileges NONE = new Privileges(1, 1, 1, 1, 0, 0, 0, 0);

    volatile Supplier<Privileges> privileges = () -> NONE;

    @Override
    public Privileges privileges() {
        return privileges.get();
    }

    @Override
    public DirectoryHandle openDirectory(Path absolute) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    @Override
    public long coarseClockNanos() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long coarseTickNanos() {
        throw new UnsupportedOperationException();
    }
}
