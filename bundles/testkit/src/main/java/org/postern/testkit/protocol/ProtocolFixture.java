package org.postern.testkit.protocol;

import java.util.List;
import java.util.Optional;
import org.postern.api.protocol.Protocol;

/** A protocol under test with all that it stands on, for one connection. */
public interface ProtocolFixture {

    /** The protocol. */
    Protocol protocol();

    /** The one connection, not opened yet. What the protocol's services do, they do on it. */
    ManualConnection connection();

    /**
     * What a client says, a command at a time: it logs in, asks for more output than a connection
     * holds, changes something that needs an update, and takes its leave, so that the session ends
     * with QUIT. The same octets, and the same answers, each time.
     */
    List<String> conversation();

    /**
     * What a client says to have the connection encrypted, where it can be; empty if the protocol
     * has no such thing.
     */
    default Optional<String> encryption() {
        return Optional.empty();
    }

    /**
     * What the session has open of its services: mailboxes, files, ways to mail, logins that nobody
     * cancelled or waited for.
     */
    int held();

    /**
     * Lets everything that was asked of the services, and outlives the connection, come to an end.
     */
    void finish();
}
