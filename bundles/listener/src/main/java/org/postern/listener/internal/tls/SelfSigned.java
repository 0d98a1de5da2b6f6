package org.postern.listener.internal.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/**
 * The pair of a server that was given none: key and certificate in one file, so that they come to
 * be together, by one renaming. Clients cannot know whom they talk to by it, but nobody who only
 * listens reads the passwords.
 */
final class SelfSigned {
    static final String DIRECTORY = "tls";
    static final String FILE = "self-signed.pem";

    private static final String UNFINISHED = ".unfinished";
    private static final int PRIVATE_DIRECTORY = 0700;
    private static final int PRIVATE_FILE = 0600;
    private static final int SERIAL_BITS = 127;

    /** Whoever trusts it has pinned it: a new one would be taken for an attack. */
    private static final Duration VALID = Duration.ofDays(3650);

    /** A client's clock may be behind. */
    private static final Duration ALREADY = Duration.ofDays(1);

    private SelfSigned() {}

    /** Where it is, below Karaf's data directory. */
    static Path in(Path data) {
        return data.resolve(DIRECTORY).resolve(FILE);
    }

    /** Makes it if it is not there. Durable when this returns. */
    static boolean make(Posix posix, Path file) throws PosixException, GeneralSecurityException {
        FileName name = FileName.of(FILE);
        FileName unfinished = FileName.of(UNFINISHED);
        try (DirectoryHandle data = posix.openDirectory(file.getParent().getParent())) {
            FileName directoryName = FileName.of(DIRECTORY);
            try {
                data.createDirectory(directoryName, PRIVATE_DIRECTORY);
                data.sync();
            } catch (PosixException there) {
                if (there.errno() != Errno.EEXIST) {
                    throw there;
                }
            }
            try (DirectoryHandle directory = data.openDirectory(directoryName)) {
                if (exists(directory, name)) {
                    return false;
                }
                if (exists(directory, unfinished)) {
                    directory.unlink(unfinished);
                }
                write(directory, unfinished);
                directory.rename(unfinished, directory, name);
                directory.sync();
                return true;
            }
        }
    }

    private static boolean exists(DirectoryHandle directory, FileName name) throws PosixException {
        try {
            directory.status(name);
            return true;
        } catch (PosixException failed) {
            if (failed.errno() == Errno.ENOENT) {
                return false;
            }
            throw failed;
        }
    }

    private static void write(DirectoryHandle directory, FileName name)
            throws PosixException, GeneralSecurityException {
        byte[] pem = pem(hostName());
        try (FileHandle file = directory.create(name, PRIVATE_FILE)) {
            ByteBuffer octets = ByteBuffer.allocateDirect(pem.length).put(pem).flip();
            file.write(octets, 0);
            file.sync();
            octets.clear().put(new byte[pem.length]);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    private static byte[] pem(String host) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            pem.writeObject(new JcaPKCS8Generator(pair.getPrivate(), null));
            pem.writeObject(certificate(pair, host));
        } catch (IOException | OperatorCreationException impossible) {
            throw new GeneralSecurityException(impossible);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static X509CertificateHolder certificate(KeyPair pair, String host)
            throws IOException, OperatorCreationException {
        X500Name name = new X500NameBuilder().addRDN(BCStyle.CN, host).build();
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
                        Date.from(now.minus(ALREADY)),
                        Date.from(now.plus(VALID)),
                        name,
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        Set<String> hosts = new LinkedHashSet<>(Set.of(host));
        hosts.add("localhost");
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                        hosts.stream()
                                .map(each -> new GeneralName(GeneralName.dNSName, each))
                                .toArray(GeneralName[]::new)));
        return builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
    }

    private static String hostName() {
        try {
            return HostNames.parse(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException | IllegalArgumentException unknown) {
            return "localhost";
        }
    }
}
