package org.postern.api.posix;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Waits for many sockets on one thread. Any thread registers, deregisters and wakes up; one thread
 * waits.
 */
@ProviderType
public interface SocketPoller extends AutoCloseable {

    /**
     * Begins to watch a socket, also for a wait under way.
     *
     * @throws IllegalStateException if it is registered already
     */
    void register(MessageSocket socket) throws PosixException;

    /** Stops watching it, if that has not ended yet. A socket is deregistered before it closes. */
    void deregister(MessageSocket socket);

    /**
     * Waits until registered sockets have something to receive, the end included.
     *
     * @return those sockets, which are not registered any more; empty after that time or {@link
     *     #wakeUp}
     */
    List<MessageSocket> await(Duration timeout) throws PosixException;

    /** Ends the wait under way, or else the next one. */
    void wakeUp();

    /** Ends a wait under way and closes the descriptors; a wait after it fails with EBADF. */
    @Override
    void close();
}
