package org.postern.listener.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;

/** The forms in which keys come. */
class PemTest {
    static byte[] pem(Object... objects) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                pem.writeObject(object instanceof PrivateKey key ? pkcs8(key) : object);
            }
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static Object pkcs8(PrivateKey key) throws IOException {
        return new JcaPKCS8Generator(key, null);
    }

    private static void refused(String words, byte[] pem) {
        Exception refused = assertThrows(GeneralSecurityException.class, () -> Pem.privateKey(pem));
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    @Test
    void keysInEveryForm() throws Exception {
        TestPair.Made elliptic = TestPair.of().make();
        TestPair.Made rsa = TestPair.of().rsa("SHA256withRSA").make();
        TestPair.Made edwards = TestPair.of().ed25519().make();
        for (TestPair.Made pair : List.of(elliptic, rsa, edwards)) {
            assertEquals(pair.key(), Pem.privateKey(pem(pair.key(), pair.certificate())));
        }
        byte[] pkcs1 = pem(inner("RSA PRIVATE KEY", rsa.key(), Optional.empty()));
        // As OpenSSL writes it: with its curve.
        byte[] sec1 =
                pem(
                        new PemObject("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded()),
                        inner(
                                "EC PRIVATE KEY",
                                elliptic.key(),
                                Optional.of(SECObjectIdentifiers.secp256r1)));
        assertEquals(rsa.key(), Pem.privateKey(pkcs1));
        assertEquals(
                ((java.security.interfaces.ECPrivateKey) elliptic.key()).getS(),
                ((java.security.interfaces.ECPrivateKey) Pem.privateKey(sec1)).getS());
    }

    private static PemObject inner(
            String type, PrivateKey key, Optional<ASN1ObjectIdentifier> curve) throws IOException {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
        if (curve.isEmpty()) {
            return new PemObject(type, info.parsePrivateKey().toASN1Primitive().getEncoded());
        }
        ECPrivateKey scalar = ECPrivateKey.getInstance(info.parsePrivateKey());
        return new PemObject(
                type, new ECPrivateKey(256, scalar.getKey(), curve.get()).getEncoded());
    }

    @Test
    void whatIsNoKey() throws Exception {
        TestPair.Made pair = TestPair.of().make();
        refused("no private key", pem(pair.certificate()));
        refused("no private key", "hello".getBytes(StandardCharsets.US_ASCII));
        refused("more than one", pem(pair.key(), pair.key()));
        refused(
                "passphrase",
                pem(
                        new JcaPKCS8Generator(
                                pair.key(),
                                new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                                        .setProvider(new BouncyCastleProvider())
                                        .setPassword("secret".toCharArray())
                                        .build())));
        String damaged = new String(pem(pair.key()), StandardCharsets.US_ASCII).replace("M", "!");
        refused("", damaged.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void chains() throws Exception {
        TestPair.Made authority = TestPair.of().subject("CN=authority").authority().make();
        TestPair.Made server = TestPair.of("mail.example.org").make(authority);
        byte[] chain = pem(server.key(), server.certificate(), authority.certificate());
        assertEquals(
                List.of(server.certificate(), authority.certificate()), Pem.certificates(chain));
        assertThrows(GeneralSecurityException.class, () -> Pem.certificates(pem(server.key())));
    }

    @Test
    void aKeyAndItsCertificate() throws Exception {
        for (TestPair.Made pair :
                List.of(
                        TestPair.of().make(),
                        TestPair.of().rsa("SHA256withRSA").make(),
                        TestPair.of().ed25519().make())) {
            assertTrue(new Identity(List.of(pair.certificate()), pair.key()).matches());
            assertFalse(
                    new Identity(List.of(pair.certificate()), TestPair.of().make().key())
                            .matches());
        }
    }
}
