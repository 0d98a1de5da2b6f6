package org.postern.access.internal.sasl;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.postern.access.internal.ServiceFaults;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountOutcome.Found;
import org.postern.api.auth.AccountRequest;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Limits;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.protocol.Cancellable;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.session.SessionInfo;

/**
 * What one exchange asks, and keeps account of every way to mail that it was given: when the
 * exchange ends, all but the one that it ends with are closed, whatever the mechanism forgot.
 */
final class LoginContext implements SaslContext {
    private static final String OVER = "the exchange is over";
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final Mechanism mechanism;
    private final SaslPeer peer;
    private final List<Mechanism> offered;
    private final Authentication authentication;
    private final Limits limits;
    private final ServiceFaults faults;

    // All guarded by this.
    private final List<Accepted> given = new ArrayList<>();
    private Cancellable underWay = () -> {};
    private Optional<UserName> name = Optional.empty();
    private OptionalLong password = OptionalLong.empty();
    private OptionalLong said = OptionalLong.empty();
    private boolean over;

    /**
     * @param offered what the client was told that it may use
     */
    LoginContext(
            Mechanism mechanism,
            SaslPeer peer,
            List<Mechanism> offered,
            Authentication authentication,
            Limits limits,
            ServiceFaults faults) {
        this.mechanism = mechanism;
        this.peer = peer;
        this.offered = offered;
        this.authentication = authentication;
        this.limits = limits;
        this.faults = faults;
    }

    Mechanism mechanism() {
        return mechanism;
    }

    @Override
    public SaslPeer peer() {
        return peer;
    }

    @Override
    public boolean offers(Mechanism other) {
        return offered.contains(other);
    }

    @Override
    public CompletionStage<AuthenticationOutcome> authenticate(
            UserName who, Optional<UserName> authorization, Secret secret) {
        AuthenticationAttempt attempt;
        try {
            long print = limits.fingerprint(who, secret);
            synchronized (this) {
                name = Optional.of(who);
                password = OptionalLong.of(print);
            }
            attempt = authentication.authenticate(request(who, authorization, secret), backends());
        } catch (RuntimeException fault) {
            secret.close();
            throw fault;
        }
        stopWith(attempt::cancel);
        return attempt.outcome()
                .handle(
                        (outcome, fault) -> {
                            secret.close();
                            return outcome == null ? failed() : taken(outcome);
                        });
    }

    private AuthenticationRequest request(
            UserName who, Optional<UserName> authorization, Secret secret) {
        SessionInfo session = peer.session();
        return new AuthenticationRequest(
                // A mechanism of somebody else's in which a password comes is as good as a command.
                Mechanism.WITH_PASSWORD.contains(mechanism) ? mechanism : Mechanism.PASSWORD,
                who,
                authorization,
                secret,
                session.source(),
                session.local(),
                session.tls(),
                peer.deadline());
    }

    private List<String> backends() {
        return peer.listener().backends();
    }

    @Override
    public CompletionStage<AccountOutcome> find(UserName who, Optional<UserName> authorization) {
        synchronized (this) {
            name = Optional.of(who);
        }
        SessionInfo session = peer.session();
        AccountRequest request =
                new AccountRequest(
                        mechanism,
                        who,
                        authorization,
                        session.source(),
                        session.local(),
                        session.tls(),
                        peer.deadline());
        return authentication
                .find(request, backends())
                .handle(
                        (outcome, fault) ->
                                outcome == null
                                        ? new AccountOutcome.Unavailable(failed().reason())
                                        : taken(outcome));
    }

    private static AuthenticationOutcome.Unavailable failed() {
        return new AuthenticationOutcome.Unavailable("the backend failed");
    }

    private AuthenticationOutcome taken(AuthenticationOutcome outcome) {
        boolean late = outcome instanceof Accepted accepted && !keep(accepted);
        return late ? new AuthenticationOutcome.Unavailable(OVER) : outcome;
    }

    private AccountOutcome taken(AccountOutcome outcome) {
        boolean late = outcome instanceof Found found && !keep(found.onProof());
        return late ? new AccountOutcome.Unavailable(OVER) : outcome;
    }

    private boolean keep(Accepted accepted) {
        synchronized (this) {
            if (!over) {
                given.add(accepted);
                return true;
            }
        }
        close(accepted);
        return false;
    }

    private void stopWith(Cancellable stop) {
        synchronized (this) {
            if (!over) {
                underWay = stop;
                return;
            }
        }
        stop.cancel();
    }

    /** Notes what a client says, before the mechanism sees it. */
    void said(Secret response) {
        long print = limits.fingerprint(UserName.of(mechanism.name()), response);
        synchronized (this) {
            said = OptionalLong.of(said.orElse(0) * MIX + print);
        }
    }

    /** What is known of who tries to log in. */
    LoginAttempt attempt() {
        Optional<UserName> who;
        OptionalLong print;
        synchronized (this) {
            who = name;
            if (password.isPresent() || said.isEmpty()) {
                return new LoginAttempt(mechanism, who, password);
            }
            print = said;
        }
        // Bound to the name, or all who say nothing (EXTERNAL's usual response) would be one.
        try (Secret octets =
                new Secret(ByteBuffer.allocateDirect(Long.BYTES).putLong(0, print.getAsLong()))) {
            UserName whoOrNobody = who.orElse(UserName.of(mechanism.name()));
            return new LoginAttempt(
                    mechanism, who, OptionalLong.of(limits.fingerprint(whoOrNobody, octets)));
        }
    }

    /**
     * The exchange ends with this acceptance, whose mail is then the protocol's to close.
     *
     * @return false if the exchange was not given this one, or was over: it is closed, as all are
     */
    boolean endWith(Accepted accepted) {
        boolean ours;
        synchronized (this) {
            ours =
                    given.removeIf(
                            one ->
                                    one.mail() == accepted.mail()
                                            && one.account().equals(accepted.account()));
        }
        end();
        if (!ours) {
            close(accepted);
        }
        return ours;
    }

    /** The exchange ends without any. */
    void end() {
        List<Accepted> left;
        Cancellable stopped;
        synchronized (this) {
            over = true;
            left = List.copyOf(given);
            given.clear();
            stopped = underWay;
            underWay = () -> {};
        }
        stopped.cancel();
        left.forEach(this::close);
    }

    /** Closes a way to mail; one that cannot be closed keeps nobody from an answer. */
    void close(Accepted accepted) {
        try {
            accepted.mail().close();
        } catch (RuntimeException | LinkageError fault) {
            faults.report(mechanism.name(), fault);
        }
    }
}
