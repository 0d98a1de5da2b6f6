package org.postern.sasl.oauth.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A token in JWS compact serialization (RFC 7515 section 7.1), read and not yet believed. Of its
 * header it decides which of the configured algorithms and which of the configured keys is tried,
 * and nothing else: keys, certificates and addresses in it are not looked at (RFC 8725 sections
 * 2.1, 3.1 and 3.9).
 */
final class SignedToken {
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
    private static final JOSEObjectType LONG_ACCESS_TOKEN =
            new JOSEObjectType("application/at+jwt");

    private final SignatureAlgorithm algorithm;
    private final JWSHeader header;
    private final byte[] signed;
    private final Base64URL payload;
    private final Base64URL signature;

    private SignedToken(
            SignatureAlgorithm algorithm,
            JWSHeader header,
            byte[] signed,
            Base64URL payload,
            Base64URL signature) {
        this.algorithm = algorithm;
        this.header = header;
        this.signed = signed;
        this.payload = payload;
        this.signature = signature;
    }

    /**
     * Empty if it is none that could be good.
     *
     * @param octets copied to the heap, where the library wants them (ADR 11)
     * @param accessTokenOnly whether it must say that it is an access token (RFC 9068 section 4)
     */
    static Optional<SignedToken> read(
            ByteBuffer octets, Set<SignatureAlgorithm> algorithms, boolean accessTokenOnly) {
        String text = StandardCharsets.US_ASCII.decode(octets.duplicate()).toString();
        int first = text.indexOf('.');
        int second = text.indexOf('.', first + 1);
        if (first <= 0 || second <= first + 1 || !isBase64Url(text, first, second)) {
            return Optional.empty();
        }
        Base64URL head = new Base64URL(text.substring(0, first));
        try {
            // Read strictly first: the library does not mind what is wrong with its characters, and
            // forgets what is empty. What must be understood (RFC 7515 section 4.1.11) is not,
            // here.
            Optional<Map<String, Object>> members = Json.object(head.decode());
            if (members.isEmpty()
                    || members.get().containsKey("crit")
                    || members.get().containsKey("b64")) {
                return Optional.empty();
            }
            JWSHeader header = JWSHeader.parse(head);
            return algorithms.stream()
                    .filter(algorithm -> algorithm.is(header.getAlgorithm()))
                    .filter(algorithm -> isAccessToken(header, accessTokenOnly))
                    .findFirst()
                    .map(
                            algorithm ->
                                    new SignedToken(
                                            algorithm,
                                            header,
                                            text.substring(0, second)
                                                    .getBytes(StandardCharsets.US_ASCII),
                                            new Base64URL(text.substring(first + 1, second)),
                                            new Base64URL(text.substring(second + 1))));
        } catch (ParseException | RuntimeException bad) {
            return Optional.empty();
        }
    }

    // Three parts that have something in them, and no padding.
    private static boolean isBase64Url(String text, int first, int second) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            boolean fit =
                    (character >= 'A' && character <= 'Z')
                            || (character >= 'a' && character <= 'z')
                            || (character >= '0' && character <= '9')
                            || character == '-'
                            || character == '_';
            if (!fit && i != first && i != second) {
                return false;
            }
        }
        return second + 1 < text.length();
    }

    private static boolean isAccessToken(JWSHeader header, boolean accessTokenOnly) {
        JOSEObjectType type = header.getType();
        boolean accessToken = ACCESS_TOKEN.equals(type) || LONG_ACCESS_TOKEN.equals(type);
        return accessToken
                || (!accessTokenOnly && (type == null || JOSEObjectType.JWT.equals(type)));
    }

    /** The keys that it may be signed with; empty if this set does not have it. */
    List<JWK> candidates(KeySet keys) {
        return keys.candidates(algorithm, Optional.ofNullable(header.getKeyID()));
    }

    /** Its claims, if one of these keys signed it. */
    Optional<Map<String, Object>> claims(List<JWK> candidates) {
        try {
            for (JWK key : candidates) {
                if (algorithm.holds(key, header, signed, signature)) {
                    return Json.object(payload.decode());
                }
            }
        } catch (JOSEException | GeneralSecurityException | RuntimeException unfit) {
            // A signature that no key of this kind can have made.
        }
        return Optional.empty();
    }
}
