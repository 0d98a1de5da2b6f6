package org.postern.api.sasl;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;

/** What an exchange may ask; for the one exchange that it was given to. Any thread. */
@ProviderType
public interface SaslContext {
    /** The connection. */
    SaslPeer peer();

    /** Whether this mechanism is offered on the connection (RFC 5802 section 6, downgrades). */
    boolean offers(Mechanism mechanism);

    /**
     * Asks the listener's backends whether a password is right.
     *
     * @param authorization whose mail is asked for; empty, or the same as {@code name}, for the
     *     account's own
     * @param password wiped when the answer is there
     */
    CompletionStage<AuthenticationOutcome> authenticate(
            UserName name, Optional<UserName> authorization, Secret password);

    /**
     * Looks up who an account is, in the listener's backends, for a mechanism that has the proof or
     * will get it. Who asked closes the mail of what is found; what comes after the exchange was
     * cancelled is closed here.
     *
     * @param authorization as for {@link #authenticate}
     */
    CompletionStage<AccountOutcome> find(UserName name, Optional<UserName> authorization);
}
