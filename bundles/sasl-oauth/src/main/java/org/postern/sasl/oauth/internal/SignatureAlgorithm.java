package org.postern.sasl.oauth.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;

/**
 * The algorithms that there are here. Each takes keys of its own kind alone, whatever the token
 * says: a public key is never taken for a shared secret (HS256), and {@code none} is not one of
 * them.
 */
enum SignatureAlgorithm {
    RS256("RS256") {
        @Override
        boolean fits(JWK key) {
            return isRsa(key);
        }

        @Override
        boolean holds(JWK key, JWSHeader header, byte[] signed, Base64URL signature)
                throws JOSEException {
            return new RSASSAVerifier(key.toRSAKey()).verify(header, signed, signature);
        }
    },
    PS256("PS256") {
        @Override
        boolean fits(JWK key) {
            return isRsa(key);
        }

        @Override
        boolean holds(JWK key, JWSHeader header, byte[] signed, Base64URL signature)
                throws JOSEException {
            return new RSASSAVerifier(key.toRSAKey()).verify(header, signed, signature);
        }
    },
    ES256("ES256") {
        @Override
        boolean fits(JWK key) {
            return key instanceof ECKey ec && Curve.P_256.equals(ec.getCurve());
        }

        @Override
        boolean holds(JWK key, JWSHeader header, byte[] signed, Base64URL signature)
                throws JOSEException {
            JWSVerifier verifier = new ECDSAVerifier(key.toECKey());
            return verifier.verify(header, signed, signature);
        }
    },
    /** With Ed25519 only (RFC 8037). */
    EDDSA("EdDSA") {
        @Override
        boolean fits(JWK key) {
            return key instanceof OctetKeyPair pair
                    && Curve.Ed25519.equals(pair.getCurve())
                    && pair.getDecodedX().length == Ed25519.KEY_OCTETS;
        }

        @Override
        boolean holds(JWK key, JWSHeader header, byte[] signed, Base64URL signature)
                throws GeneralSecurityException {
            return Ed25519.holds(key.toOctetKeyPair().getDecodedX(), signed, signature.decode());
        }
    };

    // NIST SP 800-131A; above it a signature takes longer to check than a login is worth.
    private static final int LEAST_RSA_BITS = 2048;
    private static final int MOST_RSA_BITS = 8192;

    private final String title;

    SignatureAlgorithm(String title) {
        this.title = title;
    }

    /** Its name in tokens and in the configuration. */
    String title() {
        return title;
    }

    boolean is(JWSAlgorithm other) {
        return title.equals(other.getName());
    }

    /** Whether a key of the set is one for this algorithm's signatures, and good enough. */
    boolean canUse(JWK key) {
        boolean forSignatures = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean forThis = key.getAlgorithm() == null || title.equals(key.getAlgorithm().getName());
        return forSignatures && forThis && fits(key);
    }

    /** Whether it is a key of its kind. */
    abstract boolean fits(JWK key);

    /** Whether the signature is this key's. */
    abstract boolean holds(JWK key, JWSHeader header, byte[] signed, Base64URL signature)
            throws JOSEException, GeneralSecurityException;

    private static boolean isRsa(JWK key) {
        return key instanceof RSAKey rsa
                && rsa.size() >= LEAST_RSA_BITS
                && rsa.size() <= MOST_RSA_BITS;
    }
}
