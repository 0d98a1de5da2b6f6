package org.postern.access.internal.session;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionEvent.SessionTotals;
import org.postern.api.session.SessionInfo;

/**
 * One session's record. Its lock is held while an event is told, so that the events of a session
 * arrive in order whichever thread they happen on, and none after Closed.
 */
final class LiveSession implements Session {
    private final long number;
    private final Consumer<SessionEnd> kick;
    private final Consumer<LiveSession> forget;
    private final SessionListeners listeners;
    private final LongSupplier nanos;
    private final long begun;
    private volatile SessionInfo info;

    private boolean closed;
    private int retrieved;
    private int deleted;
    private int left;
    private long octets;

    LiveSession(
            long number,
            SessionInfo info,
            Consumer<SessionEnd> kick,
            Consumer<LiveSession> forget,
            SessionListeners listeners,
            LongSupplier nanos) {
        this.number = number;
        this.info = info;
        this.kick = kick;
        this.forget = forget;
        this.listeners = listeners;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /** Grows from session to session. */
    long number() {
        return number;
    }

    synchronized void begin() {
        listeners.publish(new SessionEvent.Connected(info));
    }

    void kick() {
        kick.accept(SessionEnd.KICKED);
    }

    @Override
    public SessionInfo info() {
        return info;
    }

    @Override
    public synchronized void encrypted(TlsLevel level, String version) {
        if (!closed) {
            info = info.withTls(level, version);
            listeners.publish(new SessionEvent.Encrypted(info));
        }
    }

    @Override
    public synchronized void loginFailed(Optional<UserName> typed, String reason) {
        if (!closed) {
            listeners.publish(new SessionEvent.LoginFailed(info, typed, reason));
        }
    }

    @Override
    public synchronized void loggedIn(Account account) {
        if (!closed) {
            info = info.withAccount(account);
            listeners.publish(new SessionEvent.LoggedIn(info, account));
        }
    }

    @Override
    public synchronized void mailboxOpened(int messages, long mailboxOctets) {
        if (!closed) {
            left = messages;
            listeners.publish(new SessionEvent.MailboxOpened(info, messages, mailboxOctets));
        }
    }

    @Override
    public synchronized void messageSent(long messageOctets, boolean wholeAsAsked) {
        if (!closed) {
            octets += messageOctets;
            if (wholeAsAsked) {
                retrieved++;
            }
            listeners.publish(new SessionEvent.MessageSent(info, messageOctets, wholeAsAsked));
        }
    }

    @Override
    public synchronized void expunged(
            int removed, long removedOctets, int remaining, long remainingOctets) {
        if (!closed) {
            deleted += removed;
            left = remaining;
            listeners.publish(
                    new SessionEvent.Expunged(
                            info, removed, removedOctets, remaining, remainingOctets));
        }
    }

    @Override
    public synchronized void closed(SessionEnd end, String detail) {
        if (!closed) {
            closed = true;
            forget.accept(this);
            Duration duration = Duration.ofNanos(nanos.getAsLong() - begun);
            listeners.publish(
                    new SessionEvent.Closed(
                            info,
                            end,
                            detail,
                            new SessionTotals(retrieved, deleted, left, octets, duration)));
        }
    }
}
