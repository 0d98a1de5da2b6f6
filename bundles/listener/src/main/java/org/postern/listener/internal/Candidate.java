package org.postern.listener.internal;

import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.postern.api.limits.Admission;

/**
 * An accepted connection whose client is known and not admitted yet. It has a place under the
 * ceiling and nothing else. On one event loop.
 */
final class Candidate {
    private static final Duration LEAST_DELAY = Duration.ofMillis(10);

    private final Listener listener;
    private final SocketChannel channel;
    private final Origin origin;
    private final Engine.Slot slot;
    private final long since = System.nanoTime();

    Candidate(Listener listener, SocketChannel channel, Origin origin, Engine.Slot slot) {
        this.listener = listener;
        this.channel = channel;
        this.origin = origin;
        this.slot = slot;
    }

    /** What becomes of it. */
    sealed interface Verdict {
        /** It is served. */
        record In(Admitted admitted) implements Verdict {}

        /** It is not. */
        record Out(String reason) implements Verdict {}

        /** Ask again after this time. */
        record Later(Duration after) implements Verdict {}

        /** Ask again when its protocol has come. */
        record NoProtocol() implements Verdict {}
    }

    SocketChannel channel() {
        return channel;
    }

    /** How long it has waited for a verdict. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /**
     * Asks the policy. The protocol is leased first, so that what the policy counts is not turned
     * away for want of one.
     */
    Verdict ask() {
        ListenerConfiguration configuration = listener.configuration();
        Optional<Protocols.Lease> protocol = listener.protocols().lease(configuration.protocol());
        if (protocol.isEmpty()) {
            return new Verdict.NoProtocol();
        }
        Admission answer = answer();
        if (answer instanceof Admission.Admitted) {
            return new Verdict.In(
                    new Admitted(listener, origin, configuration, protocol.get(), slot));
        }
        protocol.get().close();
        return answer instanceof Admission.Delayed delayed
                ? later(delayed.duration())
                : new Verdict.Out(((Admission.Refused) answer).reason());
    }

    /** It is not admitted. */
    void turnAway(String reason) {
        listener.turnAway(channel, origin.source(), Optional.of(slot), reason);
    }

    private Admission answer() {
        try {
            return Objects.requireNonNull(
                    listener.limits().admit(listener.name(), origin.source().getAddress()));
        } catch (RuntimeException | Error thrown) {
            listener.failures().add(thrown);
            return new Admission.Refused("the limits policy failed");
        }
    }

    // A policy that says "again at once" must not keep the event loop busy, and one that never
    // makes up its mind must not keep the client.
    private Verdict later(Duration wanted) {
        Duration left = listener.engine().timing().hold().minus(age());
        if (left.isNegative() || left.isZero()) {
            return new Verdict.Out("the limits policy put it off for too long");
        }
        Duration delay = wanted.compareTo(LEAST_DELAY) < 0 ? LEAST_DELAY : wanted;
        return new Verdict.Later(delay.compareTo(left) < 0 ? delay : left);
    }
}
