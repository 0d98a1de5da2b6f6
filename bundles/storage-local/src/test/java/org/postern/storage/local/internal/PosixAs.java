package org.postern.storage.local.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.Privileges;
import org.postern.api.posix.SocketPoller;

/**
 * The system, as if this process were somebody else: only root could give files to other users, and
 * tests do not run as root alone.
 */
record PosixAs(Posix system, Supplier<Privileges> who) implements Posix {

    /** As another user than the real one. */
    static PosixAs anotherUser(Posix system) {
        long other = system.privileges().effectiveUser() + 1;
        return new PosixAs(system, () -> new Privileges(other, other, other, other, 0, 0, 0, 0));
    }

    @Override
    public Privileges privileges() {
        return who.get();
    }

    @Override
    public DirectoryHandle openDirectory(Path absolute) throws PosixException {
        return system.openDirectory(absolute);
    }

    @Override
    public MessageSocket connect(Path socket) throws PosixException {
        return system.connect(socket);
    }

    @Override
    public SocketPoller newPoller() throws PosixException {
        return system.newPoller();
    }

    @Override
    public Optional<byte[]> crypt(ByteBuffer phrase, byte[] setting) {
        return system.crypt(phrase, setting);
    }

    @Override
    public long coarseClockNanos() {
        return system.coarseClockNanos();
    }

    @Override
    public long coarseTickNanos() {
        return system.coarseTickNanos();
    }
}
