package org.postern.testkit.sasl;

import java.time.Duration;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;

/** A mechanism under test, the one account {@link KnownAccount} that can log in by it. */
public interface SaslMechanismFixture extends AutoCloseable {
    /** The mechanism. */
    SaslMechanism mechanism();

    /** A connection on which it is usable. */
    SaslPeer peer();

    /** The account as the backends know it. */
    KnownAccount account();

    /** A client that logs in to that account, afresh for each exchange. */
    SaslClient client();

    /** A client that claims to be that account and is not, or may not. */
    SaslClient impostor();

    /** Lets this much time pass for everything of the mechanism's, and returns afterwards. */
    void pass(Duration time);

    @Override
    void close();
}
