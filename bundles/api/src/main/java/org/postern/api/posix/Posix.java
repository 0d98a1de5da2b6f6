package org.postern.api.posix;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The operating system, as one service. */
@ProviderType
public interface Posix {

    /** The identities and capabilities of this process, read afresh at each call. */
    Privileges privileges();

    /** The effective uid alone, geteuid(2): who owns what this process creates. */
    default long effectiveUser() {
        return privileges().effectiveUser();
    }

    /**
     * Opens a directory by its absolute path. Links on the way are followed, so this is only for
     * paths that the operator configured; everything below is reached through the handle.
     *
     * @throws PosixException as open(2) with O_DIRECTORY
     */
    DirectoryHandle openDirectory(Path absolute) throws PosixException;

    /**
     * Connects to a Unix socket of type SOCK_SEQPACKET without blocking.
     *
     * @param socket an absolute path, of at most 107 octets
     * @throws PosixException as connect(2): ENOENT, ECONNREFUSED if nobody listens, EACCES, EAGAIN
     *     if the listener's backlog is full, EPROTOTYPE if it is a socket of another type;
     *     ENAMETOOLONG for a longer path
     */
    MessageSocket connect(Path socket) throws PosixException;

    /** Makes a poller with nothing registered; its maker closes it. */
    SocketPoller newPoller() throws PosixException;

    /**
     * crypt(3) by the system's library, in every scheme that this system knows.
     *
     * @param phrase the secret, without a NUL, from its position to its limit, which stay; direct,
     *     so that no copy of it comes to lie on the heap; the caller wipes it
     * @param setting a stored hash or a salt string in crypt(5) syntax
     * @return the hash, or empty where the library is missing, does not know the scheme, or finds
     *     the setting or the phrase unfit; never crypt's "*0" failure tokens
     */
    Optional<byte[]> crypt(ByteBuffer phrase, byte[] setting);

    /**
     * CLOCK_REALTIME_COARSE in nanoseconds since the epoch: the clock that the kernel stamps files
     * with, so that "could a later write still get this mtime" can be answered.
     */
    long coarseClockNanos();

    /** The resolution of {@link #coarseClockNanos}, one timer tick, in nanoseconds. */
    long coarseTickNanos();
}
