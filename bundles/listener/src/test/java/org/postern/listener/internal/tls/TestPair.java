package org.postern.listener.internal.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates that tests make for themselves. */
public final class TestPair {
    private static final int RSA_BITS = 1024;

    private String subject = "CN=test";
    private String algorithm = "EC";
    private String signature = "SHA256withECDSA";
    private Instant from = Instant.now().minus(Duration.ofDays(1));
    private Instant until = Instant.now().plus(Duration.ofDays(90));
    private boolean authority;
    private final List<GeneralName> names = new ArrayList<>();

    /** A certificate, its key, and who made it. */
    public record Made(X509Certificate certificate, PrivateKey key) {}

    public static TestPair of(String... dnsNames) {
        TestPair pair = new TestPair();
        for (String name : dnsNames) {
            pair.names.add(new GeneralName(GeneralName.dNSName, name));
        }
        return pair;
    }

    public TestPair subject(String distinguished) {
        subject = distinguished;
        return this;
    }

    public TestPair email(String address) {
        names.add(new GeneralName(GeneralName.rfc822Name, address));
        return this;
    }

    public TestPair rsa(String signedBy) {
        algorithm = "RSA";
        signature = signedBy;
        return this;
    }

    public TestPair signature(String signedBy) {
        signature = signedBy;
        return this;
    }

    public TestPair ed25519() {
        algorithm = "Ed25519";
        signature = "Ed25519";
        return this;
    }

    public TestPair valid(Instant after, Instant before) {
        from = after;
        until = before;
        return this;
    }

    public TestPair authority() {
        authority = true;
        return this;
    }

    public Made make() throws Exception {
        return make(null);
    }

    /**
     * @param by who signs; null for itself
     */
    public Made make(Made by) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("RSA")) {
            generator.initialize(RSA_BITS);
        } else if (algorithm.equals("EC")) {
            generator.initialize(256);
        }
        KeyPair pair = generator.generateKeyPair();
        X500Name own = new X500Name(subject);
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        by == null
                                ? own
                                : new X500Name(by.certificate.getSubjectX500Principal().getName()),
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(from),
                        Date.from(until),
                        own,
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        if (!names.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        JcaContentSignerBuilder signer =
                new JcaContentSignerBuilder(by == null ? signature : "SHA256withECDSA");
        if (signature.contains("MGF1")) {
            signer.setProvider(new BouncyCastleProvider());
        }
        byte[] encoded =
                builder.build(signer.build(by == null ? pair.getPrivate() : by.key)).getEncoded();
        return new Made(
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(encoded)),
                pair.getPrivate());
    }
}
