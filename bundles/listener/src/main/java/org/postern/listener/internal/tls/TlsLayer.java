package org.postern.listener.internal.tls;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;

/** One connection's encryption, from the beginning of its handshake. On its event loop only. */
// What a closed socket still has to say is of no interest to anybody.
@SuppressWarnings("FutureReturnValueIgnored")
public final class TlsLayer {
    static final String HANDLER = "tls";
    private static final String GATE = "gate";

    private final TlsContext tls;
    private final SocketChannel channel;
    private final SslHandler handler;
    private final TlsGate gate;
    private boolean failed;
    private Optional<EstablishedTls> established = Optional.empty();

    /**
     * Puts itself in front of all that the channel has.
     *
     * @param client where it comes from, which a proxy may have said
     * @param refuse told what is wrong with what the client sends, for the log: it ends the
     *     connection
     */
    public TlsLayer(
            TlsContext tls, SocketChannel channel, InetAddress client, Consumer<String> refuse) {
        this.tls = tls;
        this.channel = channel;
        handler = tls.handler(channel.alloc(), client);
        WipingCumulator cumulator = new WipingCumulator();
        handler.setCumulator(cumulator);
        gate = new TlsGate(cumulator, refuse);
        channel.pipeline().addFirst(HANDLER, handler).addFirst(GATE, gate);
    }

    /** How long the handshake may take. */
    public Duration handshakeTimeout() {
        return tls.handshakeTimeout();
    }

    /** The handshake has succeeded. */
    public TlsLevel establish() {
        gate.established();
        EstablishedTls agreed = new EstablishedTls(handler.engine().getSession(), tls.clientName());
        established = Optional.of(agreed);
        return agreed.level();
    }

    /** What was agreed upon, after {@link #establish}. */
    public Optional<TlsSession> session() {
        return established.map(TlsSession.class::cast);
    }

    /** Whether the handshake is still under way, or has failed. */
    public boolean isHandshaking() {
        return established.isEmpty();
    }

    /** Octets that the kernel has taken, as they are on the wire. */
    public long sent() {
        return gate.sent();
    }

    /**
     * Says that no more comes (close_notify) and closes our end; what the client says from now on
     * is passed on undeciphered, to be counted and dropped.
     */
    public void closeOutput() {
        gate.bypass();
        if (failed) {
            channel.shutdownOutput();
            return;
        }
        handler.closeOutbound().addListener(said -> channel.shutdownOutput());
    }

    /** TLS has failed: what is still said is an alert, and then {@link #closeOutput}. */
    public void fail() {
        failed = true;
        gate.keepOpen();
    }

    /** Closes at once, with a close_notify if the kernel has room for it. */
    public void close() {
        if (!isHandshaking() && !failed && channel.isActive()) {
            handler.closeOutbound();
        }
        gate.close();
    }

    /** Closes at once: the client takes nothing more. */
    public void reset() {
        gate.close();
    }

    /** What a failure is called in the log. */
    public static String detail(Throwable failure) {
        return TlsFailure.detail(failure);
    }
}
