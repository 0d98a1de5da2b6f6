package org.postern.listener.internal;

import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A listener's connections from trusted proxies whose clients are not admitted yet. Each has a
 * place under the ceiling, and all together only a part of it: whoever is in a trusted network and
 * connects without saying for whom must not keep everybody else out. Any thread.
 */
final class ProxiedPeers {
    /** Of all connections, one in so many. A proxy's header comes at once, so few ever wait. */
    private static final int PART = 4;

    private static final Duration LOOP_PATIENCE = Duration.ofSeconds(10);

    private final Listener listener;
    private final Set<ProxiedPeer> waiting = new HashSet<>();
    private boolean closed;

    ProxiedPeers(Listener listener) {
        this.listener = listener;
    }

    /** Waits for its header, on an event loop of its own. */
    void add(SocketChannel channel, InetSocketAddress proxy, Engine.Slot slot) {
        ProxiedPeer peer = new ProxiedPeer(listener, channel, proxy, slot);
        boolean room;
        synchronized (this) {
            room = !closed && waiting.size() < Math.max(1, listener.engine().ceiling() / PART);
            if (room) {
                waiting.add(peer);
            }
        }
        if (room) {
            peer.start();
        } else {
            listener.turnAway(
                    channel,
                    proxy,
                    Optional.of(slot),
                    "too many connections of proxies wait to be admitted");
        }
    }

    /** It does not wait any more. */
    synchronized void remove(ProxiedPeer peer) {
        waiting.remove(peer);
    }

    /** How many wait. */
    synchronized int size() {
        return waiting.size();
    }

    /** Turns away those who wait. After this none of them is admitted. Not on an event loop. */
    void close() {
        List<ProxiedPeer> last;
        synchronized (this) {
            closed = true;
            last = List.copyOf(waiting);
        }
        List<Future<?>> ends = last.stream().<Future<?>>map(ProxiedPeer::close).toList();
        for (Future<?> end : ends) {
            end.awaitUninterruptibly(LOOP_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
