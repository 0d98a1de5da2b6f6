package org.postern.api.limits;

import java.net.InetAddress;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/**
 * A limits policy: a service, of which the one with the highest ranking is in force.
 *
 * <p>Before its first question it is handed the live sessions and what its predecessor remembered.
 * Each connection that it admits is followed by one {@link #connected} or one {@link #abandoned}
 * call; each connected session by one {@link #closed} call.
 */
@ConsumerType
public interface LimitsPolicy {

    /** Takes over: these sessions are live, these penalties stand. Called once, first. */
    void adopt(List<SessionInfo> live, PenaltyRecords penalties);

    /** Whether a connection from this source may be served. An admitted one counts from here on. */
    Admission admit(String listener, InetAddress source);

    /** An admitted connection has become a session. */
    void connected(SessionInfo session);

    /** An admitted connection did not become a session. */
    void abandoned(String listener, InetAddress source);

    /** A session is over. */
    void closed(SessionId session);

    /** A login failed: by a wrong name or password, not for want of a backend. */
    LoginReaction loginFailed(SessionInfo session, LoginAttempt attempt);

    /** A login succeeded; it may still be refused or delayed (sessions per user). */
    Admission loggedIn(SessionInfo session);

    /** What this session may use. */
    SessionBounds bounds(SessionInfo session);

    /** What all sessions together may use. Asked every second or so; returns at once. */
    ServerBounds serverBounds();

    /** What is remembered of misbehaviour, for the next policy. Callable after it left service. */
    PenaltyRecords penalties();
}
