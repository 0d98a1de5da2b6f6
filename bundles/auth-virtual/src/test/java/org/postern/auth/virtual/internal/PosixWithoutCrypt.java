package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.Privileges;
import org.postern.api.posix.SocketPoller;

/** A system whose libcrypt is missing. */
record PosixWithoutCrypt(Posix posix) implements Posix {

    @Override
    public Privileges privileges() {
        return posix.privileges();
    }

    @Override
    public DirectoryHandle openDirectory(Path absolute) throws PosixException {
        return posix.openDirectory(absolute);
    }

    @Override
    public MessageSocket connect(Path socket) throws PosixException {
        return posix.connect(socket);
    }

    @Override
    public SocketPoller newPoller() throws PosixException {
        return posix.newPoller();
    }

    @Override
    public Optional<byte[]> crypt(ByteBuffer phrase, byte[] setting) {
        return Optional.empty();
    }

    @Override
    public long coarseClockNanos() {
        return posix.coarseClockNanos();
    }

    @Override
    public long coarseTickNanos() {
        return posix.coarseTickNanos();
    }
}
