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
     * @param refusal whether it tells the client that it has failed (RFC 7628 section 3.2.2). The
     *     login has failed from here on, whether the client answers, gives up or goes: otherwise
     *     who goes would try for nothing.
     */
    record Challenge(ByteBuffer octets, boolean refusal) implements SaslStep {
        public Challenge {
            octets = octets.asReadOnlyBuffer();
        }

        /** One that refuses nobody. */
        public Challenge(ByteBuffer octets) {
            this(octets, false);
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
