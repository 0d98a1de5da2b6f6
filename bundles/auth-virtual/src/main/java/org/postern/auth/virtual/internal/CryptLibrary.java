package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.codec.digest.Md5Crypt;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.apache.commons.codec.digest.UnixCrypt;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.postern.api.posix.Posix;

/**
 * crypt(3): the system's library where it knows the scheme, at native speed and with yescrypt where
 * it has that, and without a copy of the password on the heap; otherwise Commons Codec for MD5,
 * SHA-256, SHA-512 and DES, and Bouncy Castle for bcrypt. Those take arrays: ours is wiped at once,
 * but what the collector or a library made of it meanwhile is not.
 */
final class CryptLibrary {
    private final Posix posix;

    CryptLibrary(Posix posix) {
        this.posix = posix;
    }

    /**
     * @param setting a stored hash
     * @return the hash of this password with that setting, or empty if nobody knows the scheme
     */
    Optional<byte[]> crypt(ByteBuffer password, byte[] setting) {
        Optional<byte[]> hash = posix.crypt(password, setting);
        return hash.isPresent() ? hash : inJava(password, setting);
    }

    private static Optional<byte[]> inJava(ByteBuffer password, byte[] setting) {
        byte[] copy = new byte[password.remaining()];
        password.get(password.position(), copy);
        try {
            return inJava(copy, new String(setting, StandardCharsets.US_ASCII))
                    .map(hash -> hash.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException unfit) {
            return Optional.empty();
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    private static Optional<String> inJava(byte[] password, String setting) {
        if (setting.startsWith("$6$")) {
            return Optional.of(Sha2Crypt.sha512Crypt(password, setting));
        }
        if (setting.startsWith("$5$")) {
            return Optional.of(Sha2Crypt.sha256Crypt(password, setting));
        }
        if (setting.startsWith("$1$")) {
            return Optional.of(Md5Crypt.md5Crypt(password, setting));
        }
        if (setting.startsWith("$apr1$")) {
            return Optional.of(Md5Crypt.apr1Crypt(password, setting));
        }
        if (setting.startsWith("$2")) {
            return bcrypt(password, setting);
        }
        return setting.startsWith("$")
                ? Optional.empty()
                : Optional.of(UnixCrypt.crypt(password, setting));
    }

    // This library checks and does not give the hash: the stored one stands for "it is the same".
    private static Optional<String> bcrypt(byte[] password, String setting) {
        return Optional.of(OpenBSDBCrypt.checkPassword(setting, password) ? setting : "");
    }
}
