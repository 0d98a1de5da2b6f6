package org.postern.limits.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postern.api.auth.Account;
import org.postern.api.limits.Admission;
import org.postern.api.limits.LimitsPolicy;
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
 * by the time for which its slots stay taken; with them sessions per user, and a share for those
 * who have not logged in, so that connecting and saying nothing keeps nobody out. Only new
 * connections and logins are refused: a limit that is lowered ends no session.
 *
 * <p>Every call takes one lock for the time of a few table look-ups.
 */
final class StandaloneLimits implements LimitsPolicy {
    private static final Admission ADMITTED = new Admission.Admitted();

    // Guessing costs a fixed time in the backend already, and a longer wait here would hold a slot
    // of those before login, which is what an attacker wants.
    private static final Duration FAILURE_DELAY = Duration.ZERO;

    private final Supplier<LimitsSettings> settings;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final Object lock = new Object();
    private Occupancy occupancy = new Occupancy();

    /**
     * @param settings asked at every call
     * @param nanoTime what runs evenly, for slots
     * @param clock what {@link SessionInfo#since} was read from
     */
    StandaloneLimits(
            Supplier<LimitsSettings> settings, LongSupplier nanoTime, InstantSource clock) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.clock = clock;
    }

    @Override
    public void adopt(List<SessionInfo> live, PenaltyRecords penalties) {
        LimitsSettings limits = settings.get();
        long now = nanoTime.getAsLong();
        Instant today = clock.instant();
        Occupancy taken = new Occupancy();
        for (SessionInfo session : live) {
            taken.connect(session, now - age(session, today), exempts(limits, session));
        }
        GhostSlots.decode(penalties, now).forEach(taken::haunt);
        synchronized (lock) {
            occupancy = taken;
        }
    }

    @Override
    public Admission admit(String listener, InetAddress address) {
        LimitsSettings limits = settings.get();
        Source source = Source.of(address);
        synchronized (lock) {
            occupancy.expire(nanoTime.getAsLong(), limits.minimumSlot());
            Admission admission = judge(limits, source, limits.exempts(address));
            if (admission instanceof Admission.Admitted) {
                occupancy.reserve(source);
            }
            return admission;
        }
    }

    private Admission judge(LimitsSettings limits, Source source, boolean exempt) {
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
        return ADMITTED;
    }

    @Override
    public void connected(SessionInfo session) {
        boolean exempt = exempts(settings.get(), session);
        synchronized (lock) {
            occupancy.connect(session, nanoTime.getAsLong(), exempt);
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
        int most = settings.get().maxLoginFailures();
        synchronized (lock) {
            // A session that nobody told us of gets no second try.
            int failures = occupancy.seat(session.id()).map(Occupancy.Seat::fail).orElse(most);
            return new LoginReaction(FAILURE_DELAY, failures >= most);
        }
    }

    @Override
    public Admission loggedIn(SessionInfo session) {
        int most = settings.get().maxSessionsPerUser();
        synchronized (lock) {
            Occupancy.Seat seat = occupancy.seat(session.id()).orElse(null);
            Account account = session.account().orElse(null);
            if (seat == null || account == null) {
                return new Admission.Refused("a login without a session or an account");
            }
            if (seat.account().equals(session.account())) {
                return ADMITTED;
            }
            if (occupancy.sessions(account) >= most) {
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
        return new ServerBounds(64 << 20, 200);
    }

    @Override
    public PenaltyRecords penalties() {
        synchronized (lock) {
            long now = nanoTime.getAsLong();
            occupancy.expire(now, settings.get().minimumSlot());
            return occupancy.penalties(now);
        }
    }

    /** Entries of all tables, for tests of their bounds. */
    int entries() {
        synchronized (lock) {
            return occupancy.entries();
        }
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
