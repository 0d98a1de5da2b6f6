package org.postern.limits.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.api.auth.Account;
import org.postern.api.net.Source;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/**
 * Who is here, counted by source and by account. There is an entry for what is live or a ghost and
 * for nothing else, so memory is bounded by the limits, whoever comes and goes. Calls without their
 * counterpart change nothing. Sources are given in their usual size, and counted in the one that is
 * configured. For one thread; it decides nothing.
 */
final class Occupancy {
    private final Map<SessionId, Seat> seats = new HashMap<>();
    private final Map<Source, Integer> reserved = new HashMap<>();
    private final Map<Source, Share> shares = new HashMap<>();
    private final Map<Account, Integer> users = new HashMap<>();
    private final GhostSlots ghosts = new GhostSlots();
    private SourceSize size = SourceSize.USUAL;
    private int pending;
    private int loggedIn;

    /** One session. */
    static final class Seat {
        private final Source source;
        private final long started;
        private final boolean exempt;
        private Optional<Account> account = Optional.empty();
        private int failures;

        private Seat(Source source, long started, boolean exempt) {
            this.source = source;
            this.started = started;
            this.exempt = exempt;
        }

        Optional<Account> account() {
            return account;
        }

        /** Counts a failed login; returns how many there were. */
        int fail() {
            return ++failures;
        }
    }

    /** What one source has. */
    private static final class Share {
        private int pending;
        private int sessions;
        private int loggedIn;
        private int ghosts;
    }

    /** Forgets everybody. */
    void clear() {
        seats.clear();
        reserved.clear();
        shares.clear();
        users.clear();
        ghosts.clear();
        pending = 0;
        loggedIn = 0;
    }

    /** From now on sources are this large: everybody is counted anew. */
    void size(SourceSize changed) {
        if (changed.equals(size)) {
            return;
        }
        size = changed;
        shares.clear();
        reserved.forEach((source, count) -> share(source).pending += count);
        for (Seat seat : seats.values()) {
            Share share = share(seat.source);
            share.sessions++;
            share.loggedIn += seat.account.isPresent() ? 1 : 0;
        }
        ghosts.all(0).forEach(ghost -> share(ghost.source()).ghosts++);
    }

    /** Connections and sessions. */
    int total() {
        return pending + seats.size();
    }

    /** Those that have not logged in. */
    int beforeLogin() {
        return total() - loggedIn;
    }

    /** A source's connections, sessions and ghosts. */
    int slots(Source source) {
        Share share = shares.get(size.of(source));
        return share == null ? 0 : share.pending + share.sessions + share.ghosts;
    }

    /** A source's connections and sessions that have not logged in. */
    int beforeLogin(Source source) {
        Share share = shares.get(size.of(source));
        return share == null ? 0 : share.pending + share.sessions - share.loggedIn;
    }

    int sessions(Account account) {
        return users.getOrDefault(account, 0);
    }

    Optional<Seat> seat(SessionId session) {
        return Optional.ofNullable(seats.get(session));
    }

    /** A connection was admitted. */
    void reserve(Source source) {
        reserved.merge(source, 1, Integer::sum);
        share(source).pending++;
        pending++;
    }

    /**
     * A connection became a session; one that was reserved with another policy counts from here on.
     *
     * @param started when, of the kind of {@link System#nanoTime}
     * @param exempt whether it leaves no ghost
     */
    void connect(SessionInfo session, long started, boolean exempt) {
        if (seats.containsKey(session.id())) {
            return;
        }
        Source source = Source.of(session.source().getAddress());
        release(source);
        Seat seat = new Seat(source, started, exempt);
        seats.put(session.id(), seat);
        share(source).sessions++;
        session.account().ifPresent(account -> logIn(seat, account));
    }

    /** A reserved connection did not become a session; false if none was reserved. */
    boolean release(Source source) {
        if (!reserved.containsKey(source)) {
            return false;
        }
        reserved.compute(source, (key, count) -> count == 1 ? null : count - 1);
        Share share = share(source);
        share.pending--;
        pending--;
        forgetIfEmpty(source, share);
        return true;
    }

    /** A session has an account; one that it had before is given back. */
    void logIn(Seat seat, Account account) {
        seat.account.ifPresentOrElse(
                this::giveBack,
                () -> {
                    share(seat.source).loggedIn++;
                    loggedIn++;
                });
        seat.account = Optional.of(account);
        users.merge(account, 1, Integer::sum);
    }

    /** A session is over; returns its ghost, if it was here and leaves one. */
    Optional<GhostSlots.Ghost> close(SessionId session) {
        Seat seat = seats.remove(session);
        if (seat == null) {
            return Optional.empty();
        }
        Share share = share(seat.source);
        share.sessions--;
        seat.account.ifPresent(
                account -> {
                    giveBack(account);
                    share.loggedIn--;
                    loggedIn--;
                });
        forgetIfEmpty(seat.source, share);
        return seat.exempt
                ? Optional.empty()
                : Optional.of(new GhostSlots.Ghost(seat.source, seat.started));
    }

    /** Keeps the slot of a session that is over. */
    void haunt(GhostSlots.Ghost ghost) {
        share(ghost.source()).ghosts++;
        ghosts.add(ghost).ifPresent(this::exorcise);
    }

    /** Frees the slots of ghosts this old. */
    void expire(long now, Duration slot) {
        for (Optional<GhostSlots.Ghost> ghost = ghosts.takeExpired(now, slot);
                ghost.isPresent();
                ghost = ghosts.takeExpired(now, slot)) {
            exorcise(ghost.get());
        }
    }

    /** The oldest first. */
    List<GhostSlots.Ghost> ghosts(long now) {
        return ghosts.all(now);
    }

    /** Entries of all tables, for tests of their bounds. */
    int entries() {
        return seats.size() + reserved.size() + shares.size() + users.size() + ghosts.count();
    }

    private void exorcise(GhostSlots.Ghost ghost) {
        Share share = share(ghost.source());
        share.ghosts--;
        forgetIfEmpty(ghost.source(), share);
    }

    private Share share(Source source) {
        return shares.computeIfAbsent(size.of(source), absent -> new Share());
    }

    private void forgetIfEmpty(Source source, Share share) {
        if (share.pending + share.sessions + share.ghosts == 0) {
            shares.remove(size.of(source));
        }
    }

    private void giveBack(Account account) {
        users.computeIfPresent(account, (key, count) -> count == 1 ? null : count - 1);
    }
}
