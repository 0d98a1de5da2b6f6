package org.postern.api.sasl;

import java.nio.ByteBuffer;
import org.postern.api.auth.AuthenticationOutcome;

/** What a mechanism answers to what a client said. */
public sealed interface SaslStep {

    /**
     * The client is to answer this.
     *
     * @param octets not encoded; may be empty. What has to be told with a success (RFC 4422 section
     *     3.6) is a challenge too, which the client answers with nothing.
     */
    record Challenge(ByteBuffer octets) implements SaslStep {
        public Challenge {
            octets = octets.asReadOnlyBuffer();
        }
    }

    /**
     * It is over: no, as by {@link AuthenticationOutcome.Declined}, which the mechanism tells in a
     * challenge (RFC 7628 section 3.2.3). It counts as a failed login before it is sent, since who
     * was told need not come back to hear it again; what the client answers, if it does, is
     * nobody's but the protocol's.
     *
     * @param octets as of a challenge
     */
    record Refusal(ByteBuffer octets) implements SaslStep {
        public Refusal {
            octets = octets.asReadOnlyBuffer();
        }
    }

    /** It is over; who asked closes the mail of an acceptance. */
    record Finished(AuthenticationOutcome outcome) implements SaslStep {}

    /**
     * It is over: what the client said is not of the mechanism's form. Not a wrong password.
     *
     * @param reason for the log, such as {@code no nonce}; nothing the client sent
     */
    record Malformed(String reason) implements SaslStep {}
}
