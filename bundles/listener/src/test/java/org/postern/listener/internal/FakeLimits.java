package org.postern.listener.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/** A policy that a test writes, and the books that it must be able to close. */
final class FakeLimits implements Limits {
    volatile Supplier<Admission> policy = Admission.Admitted::new;
    final Queue<InetAddress> sources = new ConcurrentLinkedQueue<>();
    volatile long maxOctetsInFlight = 64L << 20;
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger admitted = new AtomicInteger();
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger abandoned = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final Set<SessionId> open = ConcurrentHashMap.newKeySet();

    /** Whether each admission was followed by what must follow it, once. */
    boolean balanced() {
        return open.isEmpty()
                && admitted.get() == connected.get() + abandoned.get()
                && connected.get() == closed.get();
    }

    @Override
    public Admission admit(String listener, InetAddress source) {
        asked.incrementAndGet();
        sources.add(source);
        Admission answer = policy.get();
        if (answer instanceof Admission.Admitted) {
            admitted.incrementAndGet();
        }
        return answer;
    }

    @Override
    public void connected(SessionInfo session) {
        connected.incrementAndGet();
        if (!open.add(session.id())) {
            throw new IllegalStateException("connected twice");
        }
    }

    @Override
    public void abandoned(String listener, InetAddress source) {
        abandoned.incrementAndGet();
    }

    @Override
    public void closed(SessionId session) {
        closed.incrementAndGet();
        if (!open.remove(session)) {
            throw new IllegalStateException("closed without being connected");
        }
    }

    @Override
    public LoginReaction loginFailed(SessionInfo session, LoginAttempt attempt) {
        return new LoginReaction(Duration.ZERO, true);
    }

    @Override
    public Admission loggedIn(SessionInfo session) {
        return new Admission.Admitted();
    }

    @Override
    public SessionBounds bounds(SessionInfo session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServerBounds serverBounds() {
        return new ServerBounds(maxOctetsInFlight, 200);
    }

    @Override
    public long fingerprint(UserName name, Secret secret) {
        return 31L * name.hashCode() + secret.view().hashCode();
    }
}
