package org.postern.sasl.oauth.internal;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The authorization server's public keys (RFC 7517), as far as they can be used here. */
final class KeySet {
    /** Servers have two to ten. */
    static final int MAX_KEYS = 64;

    /**
     * Signatures that one token can make us check: a server that names its keys, as all do, has one
     * of a name, and two with a rotation that reuses it.
     */
    static final int MAX_CANDIDATES = 4;

    private final List<JWK> keys;

    private KeySet(List<JWK> keys) {
        this.keys = keys;
    }

    /**
     * @param algorithms keys for none of these are left out
     */
    static KeySet parse(byte[] octets, Set<SignatureAlgorithm> algorithms)
            throws ContentProblemException {
        List<JWK> fit = new ArrayList<>();
        for (JWK key : read(octets)) {
            if (key.isPrivate() && !isSymmetric(key)) {
                // Somebody can sign with it who only should verify.
                throw new ContentProblemException(
                        "has a private key in it: publish the public ones, and make a new one");
            }
            if (algorithms.stream().anyMatch(algorithm -> algorithm.canUse(key))) {
                fit.add(key.toPublicJWK());
            }
        }
        if (fit.isEmpty() || fit.size() > MAX_KEYS) {
            throw new ContentProblemException(
                    "has "
                            + fit.size()
                            + " keys for the configured algorithms, and 1 to "
                            + MAX_KEYS
                            + " are wanted");
        }
        return new KeySet(List.copyOf(fit));
    }

    private static List<JWK> read(byte[] octets) throws ContentProblemException {
        Optional<Map<String, Object>> set = Json.object(octets);
        try {
            if (set.isPresent()) {
                return JWKSet.parse(set.get()).getKeys();
            }
        } catch (ParseException | RuntimeException bad) {
            // Its message may quote a key. Nothing is, but nothing has to be.
        }
        throw new ContentProblemException("is no JSON Web Key Set (RFC 7517)");
    }

    private static boolean isSymmetric(JWK key) {
        return KeyType.OCT.equals(key.getKeyType());
    }

    /**
     * The keys that a token's signature may be of.
     *
     * @param id the key's name as the token has it, or empty; then the set must have one key alone
     *     that could be it
     */
    List<JWK> candidates(SignatureAlgorithm algorithm, Optional<String> id) {
        List<JWK> usable =
                keys.stream()
                        .filter(algorithm::canUse)
                        .filter(key -> id.isEmpty() || id.get().equals(key.getKeyID()))
                        .limit(MAX_CANDIDATES)
                        .toList();
        return id.isEmpty() && usable.size() > 1 ? List.of() : usable;
    }
}
