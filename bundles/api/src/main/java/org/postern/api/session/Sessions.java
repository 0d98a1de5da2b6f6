package org.postern.api.session;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** All live sessions, of every protocol. */
@ProviderType
public interface Sessions {

    /**
     * Begins a session, of a connection that is not encrypted yet.
     *
     * @param kick ends the connection for the cause given; may be called by any thread, more than
     *     once
     */
    Session begin(
            String protocol,
            String listener,
            InetSocketAddress source,
            InetSocketAddress local,
            Consumer<SessionEnd> kick);

    /** A connection was turned away before a session began. */
    void refused(String listener, InetSocketAddress source, String reason);

    /** The live sessions, oldest first. */
    List<SessionInfo> live();

    /** Ends a session without an update. False if there is none of that id. */
    boolean kick(SessionId id);
}
