package org.postern.listener.internal;

import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;
import org.postern.listener.internal.tls.Tls;
import org.postern.listener.internal.tls.TlsContext;
import org.postern.listener.internal.tls.TlsLayer;

/**
 * What one connection has of TLS: nothing yet, a handshake under way, or a session; and how its
 * socket is closed, which TLS has a say in. Times are the connection's own, in nanoseconds. On its
 * event loop only.
 */
// What a closed socket still has to say is of no interest to anybody.
@SuppressWarnings("FutureReturnValueIgnored")
final class Encryption {
    static final String LEFT = "closed during the handshake";
    static final String TOO_SLOW = "too slow";

    private final Tls tls;
    private final TlsMode mode;
    private final SocketChannel channel;
    private final InetAddress client;
    private Optional<TlsLayer> layer = Optional.empty();
    private long deadline;
    private boolean due;

    /**
     * @param client where the connection comes from, which a proxy may have said
     */
    Encryption(Tls tls, TlsMode mode, SocketChannel channel, InetAddress client) {
        this.tls = tls;
        this.mode = mode;
        this.channel = channel;
        this.client = client;
    }

    /** Whether it comes before everything else. */
    boolean isFirst() {
        return mode == TlsMode.IMPLICIT;
    }

    /** Whether the client may ask for it now. */
    boolean isOffered() {
        return mode == TlsMode.STARTTLS && layer.isEmpty() && !due && tls.context().isPresent();
    }

    /** It was asked for, and is to begin when the protocol has taken its input. */
    void ask() {
        due = true;
    }

    boolean isDue() {
        return due;
    }

    /**
     * The handshake begins. What was sent before leaves in clear, what was read before is forgotten
     * (CVE-2011-0411).
     *
     * @param latest when it has to be over, if that is before its own timeout
     * @param refuse told what is wrong with what the client sends, for the log
     * @return false if there is no certificate
     */
    boolean begin(Input input, Output output, long now, long latest, Consumer<String> refuse) {
        due = false;
        input.clear();
        Optional<TlsContext> context = tls.context();
        if (context.isEmpty()) {
            return false;
        }
        deadline = Math.min(now + context.get().handshakeTimeout().toNanos(), latest);
        TlsLayer begun = new TlsLayer(context.get(), channel, client, refuse);
        output.encipher(begun::sent);
        layer = Optional.of(begun);
        return true;
    }

    /** Whether a handshake is under way, or has failed. */
    boolean isHandshaking() {
        return layer.isPresent() && layer.get().isHandshaking();
    }

    /** When the handshake has taken too long. */
    long deadline() {
        return deadline;
    }

    /** The handshake has succeeded. */
    TlsLevel establish() {
        return layer.orElseThrow().establish();
    }

    /** Whether passwords are safe from who listens. */
    boolean isEstablished() {
        return layer.isPresent() && !layer.get().isHandshaking();
    }

    /** What was agreed upon, with its channel bindings. */
    Optional<TlsSession> session() {
        return layer.flatMap(TlsLayer::session);
    }

    /** Whether that is a failure of TLS and not of the socket. */
    boolean hasFailedBy(Throwable cause) {
        return layer.isPresent()
                && (cause instanceof SSLException || cause.getCause() instanceof SSLException);
    }

    /** What a failure is called in the log. */
    static String detail(Throwable cause) {
        return cause instanceof ClosedChannelException ? LEFT : TlsLayer.detail(cause);
    }

    // Closing.

    /** Closes the socket, with a close_notify if the kernel has room for it. */
    void close() {
        layer.ifPresentOrElse(TlsLayer::close, channel::close);
    }

    /** Says that no more comes and closes our end; what still is read is passed on as it came. */
    void closeOutput() {
        layer.ifPresentOrElse(TlsLayer::closeOutput, channel::shutdownOutput);
    }

    /** Closes the socket at once: the client takes nothing more. */
    void reset() {
        layer.ifPresentOrElse(TlsLayer::reset, channel::close);
    }

    /** TLS has failed: what is still said is an alert, and then {@link #closeOutput}. */
    void fail() {
        layer.ifPresent(TlsLayer::fail);
    }
}
