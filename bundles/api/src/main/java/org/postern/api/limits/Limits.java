package org.postern.api.limits;

import java.net.InetAddress;
import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/**
 * The policy in force, as listeners and protocols ask it, whichever it is at the moment. Its
 * methods mean what {@link LimitsPolicy}'s do. While there is no policy nothing new is admitted,
 * sessions go on with the bounds they had, and a failed login closes its connection.
 */
@ProviderType
public interface Limits {
    /**
     * How long the absence of a policy is waited out before connections are refused, in seconds.
     */
    int SWAP_SECONDS = 10;

    /**
     * {@link LimitsPolicy#admit}; without a policy Delayed, and after {@link #SWAP_SECONDS}
     * Refused.
     */
    Admission admit(String listener, InetAddress source);

    /** {@link LimitsPolicy#connected}. */
    void connected(SessionInfo session);

    /** {@link LimitsPolicy#abandoned}. */
    void abandoned(String listener, InetAddress source);

    /** {@link LimitsPolicy#closed}. */
    void closed(SessionId session);

    /** {@link LimitsPolicy#loginFailed}. */
    LoginReaction loginFailed(SessionInfo session, LoginAttempt attempt);

    /**
     * A number that is the same for the same name and secret while the process runs, and tells
     * nothing of them: a keyed hash, so that a limits policy can count a mail program that repeats
     * one wrong password once. Keeps and copies nothing.
     *
     * @throws IllegalStateException if the secret has been wiped: ask before that
     */
    long fingerprint(UserName name, Secret secret);

    /** {@link LimitsPolicy#loggedIn}; without a policy admitted: the connection was. */
    Admission loggedIn(SessionInfo session);

    /** {@link LimitsPolicy#bounds}. */
    SessionBounds bounds(SessionInfo session);

    /** {@link LimitsPolicy#serverBounds}; without a policy what the last one said. */
    ServerBounds serverBounds();
}
