package org.postern.listener.internal.tls;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * The channel binding {@code tls-server-end-point} (RFC 5929 section 4): a hash of the certificate
 * that the server has shown, by the hash function of its signature, or SHA-256 where that is MD5 or
 * SHA-1. For a signature without one, as Ed25519, it is not defined, and there is none.
 */
final class ServerEndPoint {
    static final String TYPE = "tls-server-end-point";

    private static final String PSS = "RSASSA-PSS";

    private ServerEndPoint() {}

    static Optional<byte[]> of(SSLSession session) {
        Certificate[] shown = session.getLocalCertificates();
        return shown != null && shown.length > 0 && shown[0] instanceof X509Certificate own
                ? of(own)
                : Optional.empty();
    }

    static Optional<byte[]> of(X509Certificate certificate) {
        try {
            Optional<String> hash = hash(certificate);
            return hash.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<String> hash(X509Certificate certificate)
            throws GeneralSecurityException {
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        String hash;
        if (signature.equals(PSS)) {
            hash = pssHash(certificate).toUpperCase(Locale.ROOT).replace("-", "");
        } else if (signature.contains("WITH")) {
            hash = signature.substring(0, signature.indexOf("WITH"));
        } else {
            return Optional.empty();
        }
        return switch (hash) {
            case "MD5", "SHA1", "SHA", "SHA256" -> Optional.of("SHA-256");
            case "SHA224" -> Optional.of("SHA-224");
            case "SHA384" -> Optional.of("SHA-384");
            case "SHA512" -> Optional.of("SHA-512");
            default -> Optional.empty();
        };
    }

    private static String pssHash(X509Certificate certificate) throws GeneralSecurityException {
        byte[] encoded = certificate.getSigAlgParams();
        if (encoded == null) {
            return "";
        }
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(PSS);
            parameters.init(encoded);
            return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm();
        } catch (java.io.IOException malformed) {
            throw new GeneralSecurityException(malformed);
        }
    }
}
