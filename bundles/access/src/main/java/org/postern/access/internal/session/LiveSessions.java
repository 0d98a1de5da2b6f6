package org.postern.access.internal.session;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.postern.access.internal.Leased;
import org.postern.api.net.TlsLevel;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.SessionListener;
import org.postern.api.session.Sessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The live sessions of all protocols, and the one place that events about them come from. */
@Component(service = Sessions.class, immediate = true)
public final class LiveSessions implements Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSessions.class);

    private final Map<SessionId, LiveSession> live = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final SessionIds ids;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final SessionListeners listeners;

    @Activate
    public LiveSessions() {
        this(new SecureRandom().nextLong(), InstantSource.system(), System::nanoTime);
    }

    LiveSessions(long firstId, InstantSource clock, LongSupplier nanos) {
        this.ids = new SessionIds(firstId);
        this.clock = clock;
        this.nanos = nanos;
        this.listeners = new SessionListeners(nanos);
    }

    @Reference(
            service = SessionListener.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindListener(SessionListener listener, Map<String, Object> properties) {
        listeners.bind(listener, properties);
    }

    void unbindListener(SessionListener listener, Map<String, Object> properties) {
        if (!listeners.unbind(properties, Leased.PATIENCE)) {
            LOG.warn("session listener {} leaves in the middle of a call", listener.getClass());
        }
    }

    @Override
    public Session begin(
            String protocol,
            String listener,
            InetSocketAddress source,
            InetSocketAddress local,
            Consumer<SessionEnd> kick) {
        SessionInfo info =
                new SessionInfo(
                        ids.next(),
                        protocol,
                        listener,
                        source,
                        local,
                        TlsLevel.NONE,
                        "",
                        clock.instant(),
                        Optional.empty());
        LiveSession session =
                new LiveSession(
                        numbers.getAndIncrement(),
                        info,
                        kick,
                        ended -> live.remove(ended.info().id()),
                        listeners,
                        nanos);
        live.put(info.id(), session);
        session.begin();
        return session;
    }

    @Override
    public void refused(String listener, InetSocketAddress source, String reason) {
        listeners.publish(new SessionEvent.Refused(listener, source, reason));
    }

    @Override
    public List<SessionInfo> live() {
        return live.values().stream()
                .sorted(Comparator.comparingLong(LiveSession::number))
                .map(LiveSession::info)
                .toList();
    }

    @Override
    public boolean kick(SessionId id) {
        LiveSession session = live.get(id);
        if (session == null) {
            return false;
        }
        session.kick();
        return true;
    }
}
