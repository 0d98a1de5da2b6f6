package org.postern.api.protocol;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;
import org.postern.api.session.SessionEnd;

/** One connection's side of a protocol. An exception that it throws ends the connection. */
@ConsumerType
public interface ProtocolSession {

    /**
     * Octets from the client. It takes what it can use now; what it leaves is kept, nothing more is
     * read from the socket, and it is called again after {@link Connection#resume}. It must take at
     * least one octet or have called {@link Connection#pause}.
     *
     * @param input for reading, valid during the call
     */
    void input(ByteBuffer input);

    /** Enough of what was sent has left: {@link Connection#writable} is true again. */
    void writable();

    /**
     * The listener or the protocol is going away: end at the next occasion at which the client
     * loses nothing. If that takes too long, {@link #ended} follows with DRAINED.
     */
    void drain();

    /**
     * The connection is over, for this cause; nothing can be sent. Called once, last, also after
     * {@link Connection#close}. Releases everything the session holds; no update is made.
     */
    void ended(SessionEnd end);
}
