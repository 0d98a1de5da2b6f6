package org.postern.listener.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/**
 * What PEM files say. Bouncy Castle reads the text, the JDK makes the keys: its providers are what
 * its TLS engine knows. Messages name nothing of the content.
 */
final class Pem {
    /** A chain is three or four; what is longer is a bundle of authorities by mistake. */
    private static final int MAX_CERTIFICATES = 1_000;

    private Pem() {}

    /** All certificates, in their order; other objects are passed over. */
    static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Object object : objects(pem)) {
            if (object instanceof X509CertificateHolder holder) {
                if (certificates.size() == MAX_CERTIFICATES) {
                    throw new CertificateException("has too many certificates");
                }
                certificates.add(certificate(factory, holder));
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException(
                    "has no certificate: a PEM file begins with -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    private static X509Certificate certificate(
            CertificateFactory factory, X509CertificateHolder holder)
            throws GeneralSecurityException {
        try {
            return (X509Certificate)
                    factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded()));
        } catch (IOException | CertificateException unusable) {
            throw new CertificateException("has a certificate that cannot be read");
        }
    }

    /** The one private key, in the form of PKCS #8, PKCS #1 or SEC 1. */
    static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
        List<PrivateKeyInfo> keys = new ArrayList<>();
        for (Object object : objects(pem)) {
            if (object instanceof PrivateKeyInfo info) {
                keys.add(info);
            } else if (object instanceof PEMKeyPair pair) {
                keys.add(pair.getPrivateKeyInfo());
            } else if (object instanceof PKCS8EncryptedPrivateKeyInfo
                    || object instanceof PEMEncryptedKeyPair) {
                throw new GeneralSecurityException(
                        "its key has a passphrase, which nobody would be there to type: take it"
                                + " off with openssl pkey");
            }
        }
        if (keys.size() != 1) {
            throw new GeneralSecurityException(
                    "has "
                            + (keys.isEmpty() ? "no" : "more than one")
                            + " private key: a PEM file of one has -----BEGIN PRIVATE KEY-----");
        }
        return key(keys.get(0));
    }

    private static PrivateKey key(PrivateKeyInfo info) throws GeneralSecurityException {
        var kind = info.getPrivateKeyAlgorithm().getAlgorithm();
        String algorithm;
        if (kind.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            algorithm = "EC";
        } else if (kind.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            algorithm = "RSA";
        } else if (kind.equals(EdECObjectIdentifiers.id_Ed25519)) {
            algorithm = "Ed25519";
        } else {
            throw new GeneralSecurityException("its key is none that TLS uses: take EC P-256");
        }
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        } catch (IOException | GeneralSecurityException unusable) {
            throw new GeneralSecurityException("has a private key that cannot be used");
        }
    }

    private static List<Object> objects(byte[] pem) throws GeneralSecurityException {
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser =
                new PEMParser(
                        new InputStreamReader(
                                new ByteArrayInputStream(pem), StandardCharsets.ISO_8859_1))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                objects.add(next);
            }
            return objects;
        } catch (IOException | RuntimeException malformed) {
            throw new GeneralSecurityException("is not a PEM file, or is damaged");
        }
    }
}
