package org.postern.sasl.oauth.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.text.ParseException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens as an authorization server does, and as an attacker does. */
final class TokenMaker {
    final RSAKey rsa;
    final ECKey ec;
    final OctetKeyPair ed;
    private final KeyPair edPair;

    // RSA keys are read, because making them takes seconds; they serve these tests alone.
    private TokenMaker(String resource, String suffix)
            throws GeneralSecurityException, IOException, ParseException {
        try (InputStream in = TokenMaker.class.getResourceAsStream(resource)) {
            String key = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            rsa = new RSAKey.Builder(RSAKey.parse(key)).keyID("rsa" + suffix).build();
        }
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair ecPair = curve.generateKeyPair();
        ec =
                new ECKey.Builder(Curve.P_256, (ECPublicKey) ecPair.getPublic())
                        .privateKey(ecPair.getPrivate())
                        .keyID("ec" + suffix)
                        .build();
        edPair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = edPair.getPublic().getEncoded();
        byte[] key =
                Arrays.copyOfRange(encoded, encoded.length - Ed25519.KEY_OCTETS, encoded.length);
        ed =
                new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(key))
                        .keyID("ed" + suffix)
                        .build();
    }

    static TokenMaker one(String suffix) throws Exception {
        return new TokenMaker("one.jwk", suffix);
    }

    static TokenMaker two(String suffix) throws Exception {
        return new TokenMaker("two.jwk", suffix);
    }

    /** The three public keys. */
    String keySet() {
        return "{\"keys\":["
                + rsa.toPublicJWK().toJSONString()
                + ","
                + ec.toPublicJWK().toJSONString()
                + ","
                + ed.toPublicJWK().toJSONString()
                + "]}";
    }

    String header(String algorithm) {
        String id =
                switch (algorithm) {
                    case "ES256" -> ec.getKeyID();
                    case "EdDSA" -> ed.getKeyID();
                    default -> rsa.getKeyID();
                };
        return "{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\"" + id + "\"}";
    }

    /** Signed in the algorithm that is named, whatever the header says. */
    String token(String algorithm, String header, String claims)
            throws GeneralSecurityException, JOSEException {
        String signed = part(header) + "." + part(claims);
        byte[] octets = signed.getBytes(StandardCharsets.US_ASCII);
        return signed + "." + signature(algorithm, octets);
    }

    String token(String algorithm, String claims) throws GeneralSecurityException, JOSEException {
        return token(algorithm, header(algorithm), claims);
    }

    private Base64URL signature(String algorithm, byte[] octets)
            throws GeneralSecurityException, JOSEException {
        switch (algorithm) {
            case "EdDSA" -> {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(edPair.getPrivate());
                signature.update(octets);
                return Base64URL.encode(signature.sign());
            }
            case "ES256" -> {
                return new ECDSASigner(ec).sign(new JWSHeader(JWSAlgorithm.ES256), octets);
            }
            default -> {
                return new RSASSASigner(rsa)
                        .sign(new JWSHeader(JWSAlgorithm.parse(algorithm)), octets);
            }
        }
    }

    /** A MAC under octets that everybody knows. */
    static String confused(String header, String claims, byte[] publicKey)
            throws GeneralSecurityException {
        String signed = part(header) + "." + part(claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(publicKey, "HmacSHA256"));
        return signed
                + "."
                + Base64URL.encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    static String part(String json) {
        return Base64URL.encode(json).toString();
    }
}
