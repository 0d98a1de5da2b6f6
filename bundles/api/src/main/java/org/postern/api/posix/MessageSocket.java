package org.postern.api.posix;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One end of a connected Unix socket of type SOCK_SEQPACKET: whole messages go over it, and with
 * them descriptors come in (SCM_RIGHTS). Nothing blocks but the two waits.
 *
 * <p>One thread at a time sends, and one receives; {@link #close} is for any thread, and ends a
 * wait under way.
 */
@ProviderType
public interface MessageSocket extends AutoCloseable {
    /** Descriptors taken with one message; a message with more of them is truncated. */
    int MAX_DESCRIPTORS = 32;

    /** Whose socket is at the other end, as of its listening there (SO_PEERCRED). */
    PeerCredentials peer() throws PosixException;

    /**
     * Sends all that remains in a direct buffer as one message, without raising SIGPIPE.
     *
     * @return whether it was taken, and the buffer's position advanced; false if it would block
     * @throws PosixException EPIPE or ECONNRESET if nobody is there any more
     */
    boolean send(ByteBuffer message) throws PosixException;

    /**
     * Takes the next message into the remaining space of a direct buffer, advancing its position.
     * What does not fit is lost, and said to be. What the other side sent before it went away is
     * received first.
     *
     * @return the message, which the caller closes; one without octets is the end. Empty if there
     *     is none yet.
     */
    Optional<ReceivedMessage> receive(ByteBuffer target) throws PosixException;

    /**
     * Waits until there is something to receive, the end included; for workers.
     *
     * @return false if there was nothing in all of this time
     */
    boolean awaitMessage(Duration timeout) throws PosixException;

    /**
     * Waits until something can be sent; for workers.
     *
     * @return false if nothing could be sent in all of this time
     */
    boolean awaitSpace(Duration timeout) throws PosixException;

    /** Ends the connection for both sides and closes the descriptor, once. */
    @Override
    void close();
}
