package org.postern.limits.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postern.api.auth.Account;
import org.postern.api.limits.Admission;
import org.postern.api.limits.LimitsInspection;
import org.postern.api.limits.LimitsPolicy;
import org.postern.api.limits.LimitsReport;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.net.Source;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/**
 * The limits of popa3d's standalone mode: sessions in all and per source, and the rate of a source
 * by the time for which its slots stay taken; with them sessions per user, a share for those who
 * have not logged in, so that connecting and saying nothing keeps nobody out, and {@link Penalties}
 * for failed logins. Only new connections and logins are refused: a limit that is lowered ends no
 * session. Penalties hold back failed answers and new connections of those who guess, and never a
 * login: guessing locks nobody out.
 *
 * <p>Every call takes one lock for the time of a few table look-ups.
 */
final class StandaloneLimits implements LimitsPolicy, LimitsInspection {
    private static final Admission ADMITTED = new Admission.Admitted();

    private final Supplier<LimitsSettings> settings;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final Object lock = new Object();
    private final Occupancy occupancy = new Occupancy();
    private Penalties penalties;

    /**
     * @param settings asked at every call
     * @param nanoTime what runs evenly, for slots and penalties
     * @param clock what {@link SessionInfo#since} was read from
     */
    StandaloneLimits(
            Supplier<LimitsSettings> settings, LongSupplier nanoTime, InstantSource clock) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.clock = clock;
        this.penalties = Penalties.none(settings.get().penalties(), nanoTime.getAsLong());
    }

    @Override
    public void adopt(List<SessionInfo> live, PenaltyRecords records) {
        LimitsSettings limits = settings.get();
        Instant today = clock.instant();
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            occupancy.clear();
            for (SessionInfo session : live) {
                occupancy.connect(session, now - age(session, today), exempts(limits, session));
            }
            Optional<PenaltyForm.Remembered> inherited = PenaltyForm.decode(records, now);
            inherited.ifPresent(known -> known.ghosts().forEach(occupancy::haunt));
            penalties =
                    inherited
                            .map(known -> Penalties.of(known, limits.penalties(), now))
                            .orElseGet(() -> Penalties.none(limits.penalties(), now));
        }
    }

    @Override
    public Admission admit(String listener, InetAddress address) {
        LimitsSettings limits = settings.get();
        Source source = Source.of(address);
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            adapt(limits, now);
            Admission admission = judge(limits, source, limits.exempts(address), now);
            if (admission instanceof Admission.Admitted) {
                occupancy.reserve(source);
            }
            return admission;
        }
    }

    private void adapt(LimitsSettings limits, long now) {
        occupancy.size(limits.sourceSize());
        occupancy.expire(now, limits.minimumSlot());
        penalties.adapt(limits.penalties(), now);
    }

    private Admission judge(LimitsSettings limits, Source source, boolean exempt, long now) {
        int free = limits.maxSessions() - occupancy.total();
        int freeBeforeLogin = limits.maxSessionsBeforeLogin() - occupancy.beforeLogin();
        if (free <= 0) {
            return new Admission.Refused("sessions limit reached");
        }
        if (freeBeforeLogin <= 0) {
            return new Admission.Refused("limit of sessions before login reached");
        }
        if (exempt) {
            return ADMITTED;
        }
        if (occupancy.slots(source) >= limits.maxSessionsPerSource()) {
            return new Admission.Refused("per source limit reached");
        }
        // Nobody before login holds more than what is still free. Then n sources that take all they
        // can leave 1 part in n + 1, and whoever has few connections always finds room.
        if (limits.maxSessionsBeforeLogin() < limits.maxSessions()
                && occupancy.beforeLogin(source) >= Math.min(free, freeBeforeLogin)) {
            return new Admission.Refused("per source share of sessions before login reached");
        }
        return judgePenalties(limits, source, now);
    }

    // Last, because an admission counts here.
    private Admission judgePenalties(LimitsSettings limits, Source source, long now) {
        PenaltySettings rules = limits.penalties();
        Source counted = limits.sourceSize().of(source);
        double weight = penalties.weight(counted, now);
        if (rules.isOver(weight)) {
            return new Admission.Refused("penalty: too many failed logins");
        }
        if (rules.guesses(weight)
                && (occupancy.beforeLogin(source) >= rules.sessions()
                        || !penalties.admits(rules, counted, now))) {
            return new Admission.Refused("penalty: few connections after many failed logins");
        }
        return ADMITTED;
    }

    @Override
    public void connected(SessionInfo session) {
        LimitsSettings limits = settings.get();
        synchronized (lock) {
            occupancy.connect(session, nanoTime.getAsLong(), exempts(limits, session));
        }
    }

    @Override
    public void abandoned(String listener, InetAddress address) {
        LimitsSettings limits = settings.get();
        boolean exempt = limits.exempts(address);
        Source source = Source.of(address);
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            if (occupancy.release(source) && !exempt) {
                keepSlot(new GhostSlots.Ghost(source, now), limits, now);
            }
        }
    }

    @Override
    public void closed(SessionId session) {
        LimitsSettings limits = settings.get();
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            occupancy.close(session).ifPresent(ghost -> keepSlot(ghost, limits, now));
        }
    }

    private void keepSlot(GhostSlots.Ghost ghost, LimitsSettings limits, long now) {
        if (now - ghost.started() < limits.minimumSlot().toNanos()) {
            occupancy.haunt(ghost);
        }
    }

    @Override
    public LoginReaction loginFailed(SessionInfo session, LoginAttempt attempt) {
        LimitsSettings limits = settings.get();
        int most = limits.maxLoginFailures();
        boolean exempt = exempts(limits, session);
        Source source = counted(limits, session);
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            adapt(limits, now);
            // A session that nobody told us of gets no second try.
            int failures = occupancy.seat(session.id()).map(Occupancy.Seat::fail).orElse(most);
            if (exempt || !limits.penalties().on()) {
                return new LoginReaction(Duration.ZERO, failures >= most);
            }
            Duration delay = penalties.failed(limits.penalties(), source, attempt, now);
            boolean over = limits.penalties().isOver(penalties.weight(source, now));
            return new LoginReaction(delay, over || failures >= most);
        }
    }

    @Override
    public Admission loggedIn(SessionInfo session) {
        LimitsSettings limits = settings.get();
        synchronized (lock) {
            Occupancy.Seat seat = occupancy.seat(session.id()).orElse(null);
            Account account = session.account().orElse(null);
            if (seat == null || account == null) {
                return new Admission.Refused("a login without a session or an account");
            }
            if (seat.account().equals(session.account())) {
                return ADMITTED;
            }
            penalties.succeeded(counted(limits, session), account.name(), nanoTime.getAsLong());
            if (occupancy.sessions(account) >= limits.maxSessionsPerUser()) {
                return new Admission.Refused("per user limit reached");
            }
            occupancy.logIn(seat, account);
            return ADMITTED;
        }
    }

    @Override
    public SessionBounds bounds(SessionInfo session) {
        return settings.get().bounds();
    }

    @Override
    public ServerBounds serverBounds() {
        return settings.get().serverBounds();
    }

    @Override
    public PenaltyRecords penalties() {
        LimitsSettings limits = settings.get();
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            adapt(limits, now);
            return PenaltyForm.encode(penalties.remembered(occupancy.ghosts(now), now), now);
        }
    }

    @Override
    public LimitsReport report() {
        LimitsSettings limits = settings.get();
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            adapt(limits, now);
            return Reports.report(limits, occupancy, penalties, now);
        }
    }

    @Override
    public boolean forgive(InetAddress address) {
        LimitsSettings limits = settings.get();
        synchronized (lock) {
            Source source = limits.sourceSize().of(Source.of(address));
            return penalties.forgive(source, nanoTime.getAsLong());
        }
    }

    /** Entries of the tables of who is here, for tests of their bounds. */
    int entries() {
        synchronized (lock) {
            return occupancy.entries();
        }
    }

    private static Source counted(LimitsSettings limits, SessionInfo session) {
        return limits.sourceSize().of(Source.of(session.source().getAddress()));
    }

    private static boolean exempts(LimitsSettings limits, SessionInfo session) {
        return limits.exempts(session.source().getAddress());
    }

    // No longer than a slot can be, and not negative when the clock was set back.
    private static long age(SessionInfo session, Instant today) {
        long seconds = Duration.between(session.since(), today).toSeconds();
        return Duration.ofSeconds(Math.max(0, Math.min(seconds, LimitsSettings.MOST_SLOT_SECONDS)))
                .toNanos();
    }
}
