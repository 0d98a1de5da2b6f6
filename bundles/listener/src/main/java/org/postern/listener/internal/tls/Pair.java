package org.postern.listener.internal.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import org.postern.api.posix.GuardedFile;
import org.postern.api.posix.GuardedFile.Openness;
import org.postern.api.posix.Posix;
import org.postern.api.posix.UnfitFileException;

/** One pair as its files have it, checked. */
final class Pair {
    /** A chain has some kilobytes. */
    static final int MOST_OCTETS = 1 << 20;

    private Pair() {}

    static GuardedFile certificateFile(Posix posix, PairFiles files) {
        boolean both = files.certificate().equals(files.privateKey());
        return new GuardedFile(
                posix, files.certificate(), both ? Openness.SECRET : Openness.PUBLIC, MOST_OCTETS);
    }

    static GuardedFile keyFile(Posix posix, PairFiles files) {
        return new GuardedFile(posix, files.privateKey(), Openness.SECRET, MOST_OCTETS);
    }

    /** Reads both files. */
    static Identity read(Posix posix, PairFiles files) throws TlsProblem {
        List<X509Certificate> chain =
                certificates(certificateFile(posix, files), files.certificateKey());
        PrivateKey key = privateKey(keyFile(posix, files), files.privateKeyKey());
        Identity identity = new Identity(chain, key);
        boolean matches;
        try {
            matches = identity.matches();
        } catch (GeneralSecurityException unfit) {
            matches = false;
        }
        if (!matches) {
            throw new TlsProblem(
                    files.privateKeyKey(),
                    files.privateKey(),
                    "is not the key of the first certificate in " + files.certificate());
        }
        return identity;
    }

    static List<X509Certificate> certificates(GuardedFile file, String key) throws TlsProblem {
        try {
            return Pem.certificates(file.read().octets());
        } catch (UnfitFileException unfit) {
            throw new TlsProblem(key, file.path(), unfit.getMessage());
        } catch (GeneralSecurityException bad) {
            throw new TlsProblem(key, file.path(), String.valueOf(bad.getMessage()));
        }
    }

    private static PrivateKey privateKey(GuardedFile file, String key) throws TlsProblem {
        byte[] octets = new byte[0];
        try {
            octets = file.read().octets();
            return Pem.privateKey(octets);
        } catch (UnfitFileException unfit) {
            throw new TlsProblem(key, file.path(), unfit.getMessage());
        } catch (GeneralSecurityException bad) {
            throw new TlsProblem(key, file.path(), String.valueOf(bad.getMessage()));
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}
