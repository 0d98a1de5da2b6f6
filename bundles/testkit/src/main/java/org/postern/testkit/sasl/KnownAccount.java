package org.postern.testkit.sasl;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.postern.api.auth.ScramVerifier;
import org.postern.api.auth.UserName;

/**
 * The one account that the backends of a contract test know.
 *
 * @param name its name
 * @param password its password, in ASCII
 * @param verifier what SCRAM's proof is checked with, if it has one
 */
public record KnownAccount(String name, String password, Optional<ScramVerifier> verifier) {
    /** The name as it is on the wire. */
    public UserName userName() {
        return UserName.of(name);
    }

    byte[] passwordOctets() {
        return password.getBytes(StandardCharsets.US_ASCII);
    }
}
