package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.postern.api.auth.Authentication;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.limits.Limits;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.Protocol;
import org.postern.api.protocol.ProtocolSession;
import org.postern.api.sasl.Sasl;
import org.postern.api.session.SessionEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol service. A change of its configuration applies to new sessions and ends none;
 * without one that is in force it turns clients away. When it leaves, its sessions are drained:
 * strangers at once, who is logged in at QUIT or after {@link #DRAIN}.
 */
@Component(
        immediate = true,
        service = {Protocol.class, ConfigurationStatus.class},
        configurationPid = Pop3Settings.PID,
        configurationPolicy = ConfigurationPolicy.OPTIONAL,
        property = Protocol.NAME + "=pop3")
@Designate(ocd = Pop3Settings.Config.class)
public final class Pop3Protocol implements Protocol, ConfigurationStatus {
    private static final Logger LOG = LoggerFactory.getLogger(Pop3Protocol.class);

    /** How long a session that is logged in has to come to its QUIT when the protocol leaves. */
    private static final Duration DRAIN = Duration.ofSeconds(10);

    /** How long sessions that were cut off have to close what they hold. */
    private static final Duration RELEASE = Duration.ofSeconds(5);

    private final Pop3Services services;
    private final Duration drain;
    private final Duration release;
    private final LiveConfiguration<Pop3Settings> configuration =
            new LiveConfiguration<>(
                    Pop3Settings.PID, Pop3Settings::parse, problem -> LOG.error("{}", problem));
    private final Set<Pop3Session> sessions = ConcurrentHashMap.newKeySet();
    private final Object released = new Object();
    private volatile boolean leaving;

    /** Takes the services that all sessions use. */
    @Activate
    public Pop3Protocol(
            @Reference Authentication authentication,
            @Reference Mailboxes mailboxes,
            @Reference Limits limits,
            Map<String, Object> properties) {
        this(
                new Pop3Services(
                        authentication,
                        new CurrentSasl(),
                        mailboxes,
                        limits,
                        new Semaphore(OpenedAhead.SESSIONS),
                        Bench::delayOn),
                DRAIN,
                RELEASE,
                properties);
    }

    Pop3Protocol(
            Pop3Services services, Duration drain, Duration release, Map<String, ?> properties) {
        this.services = services;
        this.drain = drain;
        this.release = release;
        configuration.update(properties);
    }

    /** There are mechanisms now. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSasl(Sasl service) {
        services.sasl().bind(service);
    }

    /** There are none any more. */
    void unbindSasl(Sasl service) {
        services.sasl().unbind(service);
    }

    /** Takes up a changed configuration, or refuses it. */
    @Modified
    void modified(Map<String, Object> properties) {
        configuration.update(properties);
    }

    @Override
    public ProtocolSession open(Connection connection) {
        Optional<Pop3Settings> settings = configuration.current();
        if (settings.isEmpty()) {
            return turnAway(connection);
        }
        Pop3Session session = new Pop3Session(connection, services, settings.get(), this::forget);
        sessions.add(session);
        session.begin();
        if (leaving) {
            session.drain();
        }
        return session;
    }

    @Override
    public Optional<Duration> loginTimeout() {
        return configuration.current().map(Pop3Settings::loginTimeout);
    }

    @Override
    public byte[] busy() {
        String line = Reply.TOO_MANY_SESSIONS.in(Language.DEFAULT) + "\r\n";
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    /** Drains. */
    @Deactivate
    void deactivate() {
        leaving = true;
        sessions.forEach(Pop3Session::drainSoon);
        awaitReleased(drain);
        sessions.forEach(Pop3Session::shutDown);
        awaitReleased(release);
        if (!sessions.isEmpty()) {
            LOG.warn("{} sessions had not ended when the protocol left", sessions.size());
        }
    }

    private void forget(Pop3Session session) {
        synchronized (released) {
            sessions.remove(session);
            released.notifyAll();
        }
    }

    private void awaitReleased(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (released) {
            try {
                long left = atMost.toNanos();
                while (!sessions.isEmpty() && left > 0) {
                    TimeUnit.NANOSECONDS.timedWait(released, left);
                    left = end - System.nanoTime();
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String pid() {
        return configuration.pid();
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return configuration.problems();
    }

    private static ProtocolSession turnAway(Connection connection) {
        ReplyOutput output = new ReplyOutput(connection);
        output.line(Reply.NOT_CONFIGURED.in(Language.DEFAULT));
        output.flush();
        connection.close(SessionEnd.FAILED, Pop3Settings.PID + " has no valid configuration");
        return new TurnedAway();
    }

    /** Says nothing more. */
    private static final class TurnedAway implements ProtocolSession {
        @Override
        public void input(ByteBuffer input) {
            input.position(input.limit());
        }

        @Override
        public void writable() {}

        @Override
        public void drain() {}

        @Override
        public void ended(SessionEnd end) {}
    }
}
