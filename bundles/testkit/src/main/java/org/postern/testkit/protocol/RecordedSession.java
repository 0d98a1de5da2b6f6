package org.postern.testkit.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionEvent.SessionTotals;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/** A session's record that keeps its events. */
public final class RecordedSession implements Session {
    /** Where every client of a {@link ManualConnection} comes from (RFC 5737). */
    public static final InetSocketAddress SOURCE = address(192, 0, 2, 1, 40_000);

    /** Where it connects to. */
    public static final InetSocketAddress LOCAL = address(192, 0, 2, 2, 110);

    private final List<SessionEvent> events = new ArrayList<>();
    private SessionInfo info;
    private boolean closed;

    RecordedSession(String protocol, String listener, TlsLevel tls) {
        info =
                new SessionInfo(
                        new SessionId("manual000001"),
                        protocol,
                        listener,
                        SOURCE,
                        LOCAL,
                        tls,
                        tls == TlsLevel.NONE ? "" : "TLSv1.3",
                        Instant.EPOCH,
                        Optional.empty());
        events.add(new SessionEvent.Connected(info));
    }

    /** What has happened, in order. */
    public List<SessionEvent> events() {
        return List.copyOf(events);
    }

    /** What has happened of one kind. */
    public <E extends SessionEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public SessionInfo info() {
        return info;
    }

    @Override
    public void encrypted(TlsLevel level, String version) {
        info = info.withTls(level, version);
        add(new SessionEvent.Encrypted(info));
    }

    @Override
    public void loginFailed(Optional<UserName> typed, String reason) {
        add(new SessionEvent.LoginFailed(info, typed, reason));
    }

    @Override
    public void loggedIn(Account account) {
        info = info.withAccount(account);
        add(new SessionEvent.LoggedIn(info, account));
    }

    @Override
    public void mailboxOpened(int messages, long octets) {
        add(new SessionEvent.MailboxOpened(info, messages, octets));
    }

    @Override
    public void messageSent(long octets, boolean retrieved) {
        add(new SessionEvent.MessageSent(info, octets, retrieved));
    }

    @Override
    public void expunged(int deleted, long deletedOctets, int left, long leftOctets) {
        add(new SessionEvent.Expunged(info, deleted, deletedOctets, left, leftOctets));
    }

    /** Its totals are left at zero: counting is not what is tested with this. */
    @Override
    public void closed(SessionEnd end, String detail) {
        SessionTotals totals = new SessionTotals(0, 0, 0, 0, Duration.ZERO);
        add(new SessionEvent.Closed(info, end, detail, totals));
        closed = true;
    }

    private void add(SessionEvent event) {
        if (!closed) {
            events.add(event);
        }
    }

    private static InetSocketAddress address(int a, int b, int c, int d, int port) {
        try {
            byte[] octets = {(byte) a, (byte) b, (byte) c, (byte) d};
            return new InetSocketAddress(InetAddress.getByAddress(octets), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
