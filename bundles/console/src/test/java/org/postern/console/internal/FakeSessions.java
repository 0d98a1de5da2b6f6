package org.postern.console.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.Sessions;

/** Three sessions: of anna, of nobody yet, and of somebody with a name made to deceive. */
final class FakeSessions implements Sessions {
    static final String ANNA = "aaaaaaaaaaaa";
    static final String SILENT = "bbbbbbbbbbbb";
    static final String ODD = "cccccccccccc";

    private final List<SessionInfo> live =
            new ArrayList<>(
                    List.of(
                            session(ANNA, "198.51.100.7", Optional.of(UserName.of("anna")), 600),
                            session(SILENT, "2001:db8::1", Optional.empty(), 60),
                            session(
                                    ODD,
                                    "198.51.100.7",
                                    Optional.of(UserName.of("e\u001b[2J\tve")),
                                    6)));

    private static SessionInfo session(
            String id, String source, Optional<UserName> user, int secondsAgo) {
        return new SessionInfo(
                new SessionId(id),
                "pop3",
                "main",
                new InetSocketAddress(address(source), 40_000),
                new InetSocketAddress(address("192.0.2.1"), 110),
                user.isPresent() ? TlsLevel.ENCRYPTED : TlsLevel.NONE,
                user.isPresent() ? "TLSv1.3" : "",
                Instant.now().minusSeconds(secondsAgo),
                user.map(name -> new Account(name, "virtual")));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException bad) {
            throw new AssertionError(bad);
        }
    }

    @Override
    public List<SessionInfo> live() {
        return List.copyOf(live);
    }

    @Override
    public boolean kick(SessionId id) {
        return live.removeIf(session -> session.id().equals(id));
    }

    @Override
    public Session begin(
            String protocol,
            String listener,
            InetSocketAddress source,
            InetSocketAddress local,
            Consumer<SessionEnd> kick) {
        throw new AssertionError("a console begins no session");
    }

    @Override
    public void refused(String listener, InetSocketAddress source, String reason) {
        throw new AssertionError("a console refuses nothing");
    }
}
