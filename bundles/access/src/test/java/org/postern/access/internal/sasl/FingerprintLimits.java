package org.postern.access.internal.sasl;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/** Limits that are asked for fingerprints alone. */
final class FingerprintLimits implements Limits {
    static long of(String name, String secret) {
        return Objects.hash(
                UserName.of(name), ByteBuffer.wrap(secret.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public long fingerprint(UserName name, Secret secret) {
        return Objects.hash(name, secret.view());
    }

    @Override
    public Admission admit(String listener, InetAddress source) {
        throw new AssertionError("nobody asks this here");
    }

    @Override
    public void connected(SessionInfo session) {
        throw new AssertionError("nobody asks this here");
    }

    @Override
    public void abandoned(String listener, InetAddress source) {
        throw new AssertionError("nobody asks this here");
    }

    @Override
    public void closed(SessionId session) {
        throw new AssertionError("nobody asks this here");
    }

    @Override
    public LoginReaction loginFailed(SessionInfo session, LoginAttempt attempt) {
        throw new AssertionError("nobody asks this here");
    }

    @Override
    public Admission loggedIn(SessionInfo session) {
        throw new AssertionError("nobody asks this here");
    }

    @Override
    public SessionBounds bounds(SessionInfo session) {
        throw new AssertionError("nobody asks this here");
    }

    @Override
    public ServerBounds serverBounds() {
        throw new AssertionError("nobody asks this here");
    }
}
