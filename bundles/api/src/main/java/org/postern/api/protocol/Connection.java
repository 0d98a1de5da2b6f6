package org.postern.api.protocol;

import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.net.TlsSession;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;

/** A connection, as its protocol sees it. After it has ended, calls do nothing. */
@ProviderType
public interface Connection {
    /** Octets that may wait for a slow reader before {@link #writable} turns false. */
    int WRITE_HIGH_WATER = 128 * 1024;

    /** The session's record: its addresses, its events. The listener closes it. */
    Session session();

    /** How long ago it was admitted; encryption that came first has taken its part of it. */
    Duration age();

    /** The configuration of the listener that accepted it, as it was then. */
    ListenerSettings listener();

    /**
     * Whether a password may cross this connection now: encrypted, or {@code plaintextLogin} lets
     * it.
     */
    boolean passwordsAllowed();

    /**
     * Whether {@link #encrypt} can be asked for now: the listener offers it, has a certificate, and
     * the connection is not encrypted yet.
     */
    boolean canEncrypt();

    /**
     * Sends what was sent before, in clear, and goes on with a TLS handshake, whose octets are all
     * that is read from now on: what the client sent ahead of it is thrown away, here and by the
     * protocol, which forgets too what the client has said so far (RFC 2595 section 4;
     * CVE-2011-0411). Within {@link ProtocolSession#input} alone, which then takes the rest of its
     * octets without looking at them. {@link ProtocolSession#input} comes again after the
     * handshake; one that fails ends the connection with TLS_FAILED.
     *
     * @throws IllegalStateException unless {@link #canEncrypt}
     */
    void encrypt();

    /** The connection's encryption, after its handshake. */
    Optional<TlsSession> tls();

    /** A buffer to fill. May be called on any thread. */
    OutputBuffer allocate();

    /**
     * Sends what is between 0 and the buffer's position, after everything sent before, and takes
     * the buffer over. What is sent in one turn of the event loop leaves together.
     */
    void send(OutputBuffer output);

    /**
     * False when {@link #WRITE_HIGH_WATER} octets are waiting: whoever sends much stops until
     * {@link ProtocolSession#writable}.
     */
    boolean writable();

    /** No more {@link ProtocolSession#input} until {@link #resume}; the socket is not read. */
    void pause();

    /** Input may come again, what was left first, in a later turn of the event loop. */
    void resume();

    /**
     * Runs something that may block, on the bounded workers: one at a time for this connection, in
     * order. It still runs when the connection has ended meanwhile.
     *
     * @return false if the workers' queue is full: the client is told to try again later
     */
    boolean work(Runnable task);

    /**
     * Runs something on the connection's event loop, also after the end. May be called on any
     * thread.
     */
    void execute(Runnable task);

    /** Runs something on the connection's event loop after a time, unless cancelled. */
    Cancellable schedule(Runnable task, Duration after);

    /**
     * How long the client may say nothing while input is wanted (not paused). From then on; passing
     * it ends the connection with IDLE, without a reply.
     */
    void idleTimeout(Duration timeout);

    /**
     * Sends what was sent before, then closes for this cause; STALLED if the client does not read.
     */
    void close(SessionEnd end, String detail);
}
