package org.postern.listener.internal;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.Sessions;

/** Keeps what it is told: who was refused and why, and how each session ended. */
final class FakeSessions implements Sessions {
    record End(SessionEnd end, String detail) {}

    final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    final BlockingQueue<String> refusedSources = new LinkedBlockingQueue<>();
    final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    final ConcurrentHashMap<SessionId, Consumer<SessionEnd>> live = new ConcurrentHashMap<>();
    final AtomicInteger begun = new AtomicInteger();
    volatile boolean broken;

    @Override
    public Session begin(
            String protocol,
            String listener,
            InetSocketAddress source,
            InetSocketAddress local,
            Consumer<SessionEnd> kick) {
        if (broken) {
            throw new IllegalStateException("broken by the test");
        }
        SessionId id = new SessionId(String.format("%012d", begun.incrementAndGet()));
        live.put(id, kick);
        SessionInfo info =
                new SessionInfo(
                        id,
                        protocol,
                        listener,
                        source,
                        local,
                        TlsLevel.NONE,
                        "",
                        Instant.EPOCH,
                        Optional.empty());
        return new FakeSession(info);
    }

    @Override
    public void refused(String listener, InetSocketAddress source, String reason) {
        refused.add(reason);
        refusedSources.add(source.getAddress().getHostAddress());
    }

    @Override
    public List<SessionInfo> live() {
        return List.of();
    }

    @Override
    public boolean kick(SessionId id) {
        Consumer<SessionEnd> kick = live.get(id);
        if (kick != null) {
            kick.accept(SessionEnd.KICKED);
        }
        return kick != null;
    }

    private final class FakeSession implements Session {
        private volatile SessionInfo info;

        FakeSession(SessionInfo info) {
            this.info = info;
        }

        @Override
        public SessionInfo info() {
            return info;
        }

        @Override
        public void encrypted(TlsLevel level, String version) {
            info = info.withTls(level, version);
        }

        @Override
        public void loginFailed(Optional<UserName> typed, String reason) {}

        @Override
        public void loggedIn(Account account) {}

        @Override
        public void mailboxOpened(int messages, long octets) {}

        @Override
        public void messageSent(long octets, boolean retrieved) {}

        @Override
        public void expunged(int deleted, long deletedOctets, int left, long leftOctets) {}

        @Override
        public void closed(SessionEnd end, String detail) {
            live.remove(info.id());
            ends.add(new End(end, detail));
        }
    }
}
