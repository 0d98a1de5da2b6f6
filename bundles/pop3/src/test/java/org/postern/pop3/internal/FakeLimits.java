package org.postern.pop3.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/** Admits everybody to everything, unless a test says otherwise. */
final class FakeLimits implements Limits {
    SessionBounds bounds =
            new SessionBounds(Integer.MAX_VALUE, Integer.MAX_VALUE, MailboxBounds.NONE);
    LoginReaction reaction = new LoginReaction(Duration.ZERO, false);
    final Queue<Admission> admissions = new ArrayDeque<>();
    final List<LoginAttempt> failed = new ArrayList<>();
    final List<SessionInfo> loggedIn = new ArrayList<>();

    @Override
    public Admission admit(String listener, InetAddress source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void connected(SessionInfo session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abandoned(String listener, InetAddress source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void closed(SessionId session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LoginReaction loginFailed(SessionInfo session, LoginAttempt attempt) {
        failed.add(attempt);
        return reaction;
    }

    @Override
    public Admission loggedIn(SessionInfo session) {
        loggedIn.add(session);
        Admission admission = admissions.poll();
        return admission == null ? new Admission.Admitted() : admission;
    }

    @Override
    public SessionBounds bounds(SessionInfo session) {
        return bounds;
    }

    @Override
    public ServerBounds serverBounds() {
        return new ServerBounds(64 << 20, 200);
    }

    @Override
    public long fingerprint(UserName name, Secret secret) {
        return 31L * name.hashCode() + secret.view().hashCode();
    }
}
