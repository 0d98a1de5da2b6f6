package org.postern.sasl.internal;

import java.util.Arrays;
import org.postern.api.auth.ScramVerifier;
import org.postern.api.auth.UserName;

/**
 * Verifiers for names that have none: always the same for one name, as a real salt is, and not to
 * be told from real ones without the key. No proof fits them, as nobody knows a password whose key
 * they are.
 */
final class Decoys {
    /** As long as the salts that {@code doveadm pw} makes. */
    static final int SALT_LENGTH = 16;

    private static final byte[] SALT = {'s'};
    private static final byte[] STORED_KEY = {'c'};
    private static final byte[] SERVER_KEY = {'v'};

    private final byte[] key;

    /**
     * @param key secret, and the same as long as salts are to stay what they were
     */
    Decoys(byte[] key) {
        this.key = key.clone();
    }

    ScramVerifier verifier(UserName name, int iterations) {
        byte[] octets = name.octets();
        return new ScramVerifier(
                iterations,
                Arrays.copyOf(ScramKeys.hmac(key, SALT, octets), SALT_LENGTH),
                ScramKeys.hmac(key, STORED_KEY, octets),
                ScramKeys.hmac(key, SERVER_KEY, octets));
    }
}
