package org.postern.listener.internal.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate, those that vouch for it, and the key that belongs to it.
 *
 * @param chain the server's own certificate first
 */
record Identity(List<X509Certificate> chain, PrivateKey key) {
    /** Time enough to renew by hand; programs that renew do it sooner. */
    static final Duration SOON = Duration.ofDays(14);

    private static final int PROBE_OCTETS = 32;

    Identity {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /** Whether a signature by the key is one of the certificate's. */
    boolean matches() throws GeneralSecurityException {
        PublicKey shown = certificate().getPublicKey();
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "EdDSA", "Ed25519" -> "Ed25519";
                    default -> "SHA256withRSA";
                };
        boolean bothAlike = shown.getAlgorithm().equals(key.getAlgorithm());
        if (!bothAlike) {
            return false;
        }
        byte[] probe = new byte[PROBE_OCTETS];
        new SecureRandom().nextBytes(probe);
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(probe);
        byte[] signature = signing.sign();
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(shown);
        verifying.update(probe);
        return verifying.verify(signature);
    }

    /**
     * What is wrong with the certificate without keeping it from being shown: clients will say so
     * to their people, which is better than no mail at all.
     *
     * @param name the host name that it is for; empty for any
     */
    List<String> warnings(String name, Instant now) {
        List<String> warnings = new ArrayList<>();
        Instant until = certificate().getNotAfter().toInstant();
        Instant from = certificate().getNotBefore().toInstant();
        if (now.isAfter(until)) {
            warnings.add("expired on " + until);
        } else if (now.plus(SOON).isAfter(until)) {
            warnings.add("expires on " + until);
        }
        if (now.isBefore(from)) {
            warnings.add("is not valid before " + from);
        }
        if (!name.isEmpty() && !HostNames.covers(certificate(), name)) {
            warnings.add("is not for " + name);
        }
        return warnings;
    }
}
