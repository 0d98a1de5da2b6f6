package org.postern.access.internal.limits;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.postern.access.internal.Leased;
import org.postern.access.internal.LogBudget;
import org.postern.access.internal.NamedServices;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.hash.SipHash;
import org.postern.api.limits.Admission;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LimitsPolicy;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.Sessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits policy in force, and the hand-over from one to the next. Every call to a policy is
 * made under the shared side of one lock and the hand-over under its exclusive side, so that a
 * session is either in the list that a policy adopts or announced to it, never both and never
 * neither; the same lock keeps a policy that leaves until calls in flight are back. A policy that
 * throws is believed to have said no.
 */
@Component(service = Limits.class, immediate = true)
public final class SwappableLimits implements Limits {
    private static final Logger LOG = LoggerFactory.getLogger(SwappableLimits.class);

    private static final Duration SWAP = Duration.ofSeconds(SWAP_SECONDS);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    private static final int FAULT_LINES = 10;
    // For a session that no policy was ever asked about: popa3d's advice in its params.h.
    private static final SessionBounds UNASKED =
            new SessionBounds(10, 10_000, new MailboxBounds(100_000, 100_000_000));

    private final Sessions sessions;
    private final BoundsInForce bounds;
    private final LongSupplier nanos;
    private final LogBudget faults;
    private final Fingerprints fingerprints = new Fingerprints(SipHash.withRandomKey());
    private final ReentrantReadWriteLock handOver = new ReentrantReadWriteLock();

    /** Sessions between connected and closed: what a new policy adopts. */
    private final Map<SessionId, Connected> connected = new ConcurrentHashMap<>();

    /** Admissions by the policy in force that are neither connected nor abandoned yet. */
    private final Map<Origin, Integer> admitted = new ConcurrentHashMap<>();

    // Guarded by candidates; inForce is also read under the shared lock.
    private final List<Candidate> candidates = new ArrayList<>();
    private PenaltyRecords penalties = PenaltyRecords.NONE;
    private volatile Optional<Candidate> inForce = Optional.empty();
    private volatile long absentSince;
    private volatile long boundsAsked;

    @Activate
    public SwappableLimits(@Reference Sessions sessions, @Reference BoundsInForce bounds) {
        this(sessions, bounds, System::nanoTime);
    }

    SwappableLimits(Sessions sessions, BoundsInForce bounds, LongSupplier nanos) {
        this.sessions = sessions;
        this.bounds = bounds;
        this.nanos = nanos;
        this.faults = new LogBudget(FAULT_LINES, nanos);
        this.absentSince = nanos.getAsLong();
        this.boundsAsked = absentSince - ASK_AGAIN.toNanos();
    }

    @Reference(
            service = LimitsPolicy.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPolicy(LimitsPolicy policy, Map<String, Object> properties) {
        change(
                () ->
                        candidates.add(
                                new Candidate(
                                        policy,
                                        NamedServices.id(properties),
                                        NamedServices.ranking(properties))));
    }

    void updatedPolicy(LimitsPolicy policy, Map<String, Object> properties) {
        long id = NamedServices.id(properties);
        change(
                () ->
                        candidates.stream()
                                .filter(candidate -> candidate.id == id)
                                .forEach(c -> c.ranking = NamedServices.ranking(properties)));
    }

    void unbindPolicy(LimitsPolicy policy, Map<String, Object> properties) {
        long id = NamedServices.id(properties);
        change(() -> candidates.removeIf(candidate -> candidate.id == id));
    }

    /** Changes the candidates, and hands over if another is the best one now. */
    private void change(Runnable change) {
        boolean exclusive = lockExclusively();
        try {
            synchronized (candidates) {
                change.run();
                elect();
            }
        } finally {
            if (exclusive) {
                handOver.writeLock().unlock();
            }
        }
    }

    /** Waits for the calls in flight, but not for ever for one that hangs. */
    private boolean lockExclusively() {
        boolean locked = false;
        try {
            locked = handOver.writeLock().tryLock(Leased.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!locked) {
            LOG.error(
                    "a limits policy hangs in a call: it is replaced all the same, and its"
                            + " successor may count a session wrongly");
        }
        return locked;
    }

    private void elect() {
        while (true) {
            Optional<Candidate> best =
                    candidates.stream().filter(c -> !c.unfit).reduce(Candidate::higher);
            if (best.equals(inForce)) {
                return;
            }
            if (best.isEmpty()) {
                leave();
                inForce = best;
                absentSince = nanos.getAsLong();
                LOG.warn("there is no limits policy: nothing new is admitted");
                return;
            }
            PenaltyRecords inherited =
                    inForce.isPresent() ? remembered(inForce.get().policy) : penalties;
            if (adopt(best.get().policy, inherited)) {
                penalties = inherited;
                admitted.clear();
                inForce = best;
                return;
            }
            best.get().unfit = true;
        }
    }

    private void leave() {
        inForce.ifPresent(left -> penalties = remembered(left.policy));
        admitted.clear();
    }

    private PenaltyRecords remembered(LimitsPolicy policy) {
        try {
            PenaltyRecords records = policy.penalties();
            if (records != null) {
                return records;
            }
            failed(null);
        } catch (RuntimeException | LinkageError fault) {
            failed(fault);
        }
        return PenaltyRecords.NONE;
    }

    private boolean adopt(LimitsPolicy policy, PenaltyRecords inherited) {
        Map<SessionId, SessionInfo> current = new HashMap<>();
        sessions.live().forEach(session -> current.put(session.id(), session));
        List<SessionInfo> adopted =
                connected.values().stream()
                        .map(c -> current.getOrDefault(c.info.id(), c.info))
                        .toList();
        try {
            policy.adopt(adopted, inherited);
            return true;
        } catch (RuntimeException | LinkageError fault) {
            LOG.error("a limits policy could not take over and is not used", fault);
            return false;
        }
    }

    @Override
    public Admission admit(String listener, InetAddress source) {
        long now = nanos.getAsLong();
        // Who logs goes by what was said last: a connection is when that begins to matter.
        if (now - boundsAsked >= ASK_AGAIN.toNanos()) {
            boundsAsked = now;
            serverBounds();
        }
        return ask(
                policy -> {
                    Admission answer = policy.admit(listener, source);
                    if (answer instanceof Admission.Admitted) {
                        admitted.merge(new Origin(listener, source), 1, Integer::sum);
                    }
                    return answer;
                },
                this::withoutPolicy,
                new Admission.Refused("the limits policy failed"));
    }

    private Admission withoutPolicy() {
        boolean swapping = nanos.getAsLong() - absentSince < SWAP.toNanos();
        return swapping
                ? new Admission.Delayed(RETRY)
                : new Admission.Refused("no limits policy is installed");
    }

    @Override
    public void connected(SessionInfo session) {
        tell(
                () -> {
                    connected.put(session.id(), new Connected(session));
                    // A predecessor's admission is nobody's now; its session counts all the same.
                    takeAdmission(session.listener(), session.source().getAddress());
                    return true;
                },
                policy -> policy.connected(session));
    }

    @Override
    public void abandoned(String listener, InetAddress source) {
        tell(() -> takeAdmission(listener, source), policy -> policy.abandoned(listener, source));
    }

    @Override
    public void closed(SessionId session) {
        tell(() -> connected.remove(session) != null, policy -> policy.closed(session));
    }

    @Override
    public LoginReaction loginFailed(SessionInfo session, LoginAttempt attempt) {
        LoginReaction close = new LoginReaction(Duration.ZERO, true);
        return ask(policy -> policy.loginFailed(session, attempt), () -> close, close);
    }

    @Override
    public Admission loggedIn(SessionInfo session) {
        return ask(
                policy -> policy.loggedIn(session),
                Admission.Admitted::new,
                new Admission.Refused("the limits policy failed"));
    }

    @Override
    public SessionBounds bounds(SessionInfo session) {
        SessionBounds last =
                Optional.ofNullable(connected.get(session.id()))
                        .flatMap(known -> known.bounds)
                        .orElse(UNASKED);
        SessionBounds bounds = ask(policy -> policy.bounds(session), () -> last, last);
        connected.computeIfPresent(session.id(), (id, known) -> known.with(bounds));
        return bounds;
    }

    @Override
    public long fingerprint(UserName name, Secret secret) {
        return fingerprints.of(name, secret);
    }

    @Override
    public ServerBounds serverBounds() {
        ServerBounds last = bounds.current();
        ServerBounds now = ask(LimitsPolicy::serverBounds, () -> last, last);
        bounds.change(now);
        return now;
    }

    private boolean takeAdmission(String listener, InetAddress source) {
        boolean[] taken = new boolean[1];
        admitted.computeIfPresent(
                new Origin(listener, source),
                (origin, count) -> {
                    taken[0] = true;
                    return count == 1 ? null : count - 1;
                });
        return taken[0];
    }

    private <T> T ask(Function<LimitsPolicy, T> question, Supplier<T> absent, T whenFailed) {
        handOver.readLock().lock();
        try {
            Optional<Candidate> asked = inForce;
            if (asked.isEmpty()) {
                return absent.get();
            }
            T answer = question.apply(asked.get().policy);
            if (answer != null) {
                return answer;
            }
            failed(null);
        } catch (RuntimeException | LinkageError fault) {
            failed(fault);
        } finally {
            handOver.readLock().unlock();
        }
        return whenFailed;
    }

    /**
     * @param record what is remembered here whether there is a policy or not; says whether the
     *     policy is to be told
     */
    private void tell(BooleanSupplier record, Consumer<LimitsPolicy> news) {
        handOver.readLock().lock();
        try {
            if (record.getAsBoolean()) {
                inForce.ifPresent(told -> news.accept(told.policy));
            }
        } catch (RuntimeException | LinkageError fault) {
            failed(fault);
        } finally {
            handOver.readLock().unlock();
        }
    }

    // Clients cause these calls, so they must not be able to fill the log.
    private void failed(Throwable fault) {
        int untold = faults.take();
        if (untold != LogBudget.DROPPED) {
            LOG.error(
                    "the limits policy failed ({} more like this left out)",
                    untold,
                    fault == null ? new IllegalStateException("it answered null") : fault);
        }
    }

    private record Origin(String listener, InetAddress source) {}

    private record Connected(SessionInfo info, Optional<SessionBounds> bounds) {
        Connected(SessionInfo info) {
            this(info, Optional.empty());
        }

        Connected with(SessionBounds given) {
            return new Connected(info, Optional.of(given));
        }
    }

    private static final class Candidate {
        private final LimitsPolicy policy;
        private final long id;
        private int ranking;
        private boolean unfit;

        Candidate(LimitsPolicy policy, long id, int ranking) {
            this.policy = policy;
            this.id = id;
            this.ranking = ranking;
        }

        Candidate higher(Candidate other) {
            boolean mine = ranking != other.ranking ? ranking > other.ranking : id < other.id;
            return mine ? this : other;
        }
    }
}
