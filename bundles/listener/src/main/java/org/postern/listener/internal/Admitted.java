package org.postern.listener.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.protocol.ProtocolSession;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;

/**
 * What was given to a connection that the limits policy admitted, and has to be given back: its
 * place under the ceiling, its lease of the protocol, its entry in the policy's and the sessions'
 * books. Each is given back once, whatever fails.
 */
final class Admitted {
    private final Listener listener;
    private final Origin origin;
    private final ListenerConfiguration configuration;
    private final Engine.Slot slot;
    private Protocols.Lease protocol;
    private boolean released;

    Admitted(
            Listener listener,
            Origin origin,
            ListenerConfiguration configuration,
            Protocols.Lease protocol,
            Engine.Slot slot) {
        this.listener = listener;
        this.origin = origin;
        this.configuration = configuration;
        this.protocol = protocol;
        this.slot = slot;
    }

    Listener listener() {
        return listener;
    }

    ListenerSettings settings() {
        return configuration.settings(listener.name());
    }

    TlsMode tls() {
        return configuration.tls();
    }

    /** Where it comes from, as far as anybody can say. */
    InetAddress client() {
        return origin.source().getAddress();
    }

    boolean passwordsAllowed() {
        return configuration.plaintextLogin().permits(origin.sameMachine());
    }

    /**
     * Begins the session's record; empty if that failed, and then it is to be abandoned.
     *
     * @param connected the connection's own local address
     */
    Optional<Session> begin(InetSocketAddress connected, Consumer<SessionEnd> kick) {
        try {
            return Optional.of(
                    listener.sessions()
                            .begin(
                                    protocol.name(),
                                    listener.name(),
                                    origin.source(),
                                    origin.local().orElse(connected),
                                    kick));
        } catch (RuntimeException | Error thrown) {
            listener.failures().add(thrown);
            return Optional.empty();
        }
    }

    /** Tells the policy. May throw what it throws. */
    void connected(Session session) {
        listener.limits().connected(session.info());
    }

    /**
     * Lets the protocol go until it is opened: a handshake comes first, and takes as long as the
     * client likes.
     *
     * @return how long this connection may last until somebody has logged in
     */
    Optional<Duration> release() {
        released = true;
        try {
            return protocol.protocol().loginTimeout();
        } catch (RuntimeException | Error thrown) {
            listener.failures().add(thrown);
            return Optional.empty();
        } finally {
            protocol.close();
        }
    }

    /**
     * Opens the protocol; empty while there is none, which then is to be asked again. May throw
     * what it throws.
     */
    Optional<ProtocolSession> open(Connection connection) {
        if (released) {
            Optional<Protocols.Lease> again = listener.protocols().lease(configuration.protocol());
            if (again.isEmpty()) {
                return Optional.empty();
            }
            protocol = again.get();
            released = false;
        }
        try {
            return Optional.of(protocol.protocol().open(connection));
        } finally {
            protocol.close();
        }
    }

    /** There will be no session. */
    void abandoned() {
        protocol.close();
        guarded(() -> listener.limits().abandoned(listener.name(), client()));
    }

    /** The session is over. Its record first, so that no policy adopts what is never closed. */
    void closed(Session session, SessionEnd end, String detail) {
        protocol.close();
        guarded(() -> session.closed(end, detail));
        guarded(() -> listener.limits().closed(session.info().id()));
    }

    /** The socket is closed. */
    void socketClosed() {
        slot.close();
    }

    private void guarded(Runnable bookkeeping) {
        try {
            bookkeeping.run();
        } catch (RuntimeException | Error thrown) {
            listener.failures().add(thrown);
        }
    }
}
