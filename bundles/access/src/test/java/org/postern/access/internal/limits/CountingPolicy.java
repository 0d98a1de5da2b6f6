package org.postern.access.internal.limits;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postern.api.limits.Admission;
import org.postern.api.limits.LimitsPolicy;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.PenaltyRecords;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/** A policy that admits everything and notes every call; a session told twice is noted as wrong. */
final class CountingPolicy implements LimitsPolicy {
    final List<String> calls = new ArrayList<>();
    final List<String> wrong = new ArrayList<>();
    final Set<SessionId> live = new HashSet<>();
    List<SessionInfo> adopted = List.of();
    PenaltyRecords inherited = PenaltyRecords.NONE;
    PenaltyRecords penalties = PenaltyRecords.NONE;
    SessionBounds bounds = new SessionBounds(3, 30, MailboxBounds.NONE);
    ServerBounds serverBounds = new ServerBounds(64 << 20, 200);
    int pending;
    Runnable during = () -> {};

    private synchronized void note(String call) {
        if (!call.equals("adopt") && !calls.contains("adopt")) {
            wrong.add(call + " before adopt");
        }
        calls.add(call);
        during.run();
    }

    @Override
    public synchronized void adopt(List<SessionInfo> sessions, PenaltyRecords records) {
        note("adopt");
        live.clear();
        pending = 0;
        adopted = sessions;
        inherited = records;
        sessions.forEach(session -> live.add(session.id()));
    }

    @Override
    public synchronized Admission admit(String listener, InetAddress source) {
        note("admit");
        pending++;
        return new Admission.Admitted();
    }

    @Override
    public synchronized void connected(SessionInfo session) {
        note("connected");
        pending = Math.max(0, pending - 1);
        if (!live.add(session.id())) {
            wrong.add("told twice of " + session.id());
        }
    }

    @Override
    public synchronized void abandoned(String listener, InetAddress source) {
        note("abandoned");
        pending = Math.max(0, pending - 1);
    }

    @Override
    public synchronized void closed(SessionId session) {
        note("closed");
        if (!live.remove(session)) {
            wrong.add("closed without a session");
        }
    }

    @Override
    public synchronized LoginReaction loginFailed(SessionInfo session, LoginAttempt attempt) {
        note("loginFailed");
        return new LoginReaction(Duration.ofSeconds(2), false);
    }

    @Override
    public synchronized Admission loggedIn(SessionInfo session) {
        note("loggedIn");
        return new Admission.Refused("too many sessions of this user");
    }

    @Override
    public synchronized SessionBounds bounds(SessionInfo session) {
        note("bounds");
        return bounds;
    }

    @Override
    public PenaltyRecords penalties() {
        return penalties;
    }

    @Override
    public ServerBounds serverBounds() {
        return serverBounds;
    }
}
