package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;

/** A crypt(3) string, which is its own setting. */
final class CryptHash implements PasswordHash {
    private final CryptLibrary library;
    private final byte[] stored;
    private final String kind;

    CryptHash(CryptLibrary library, byte[] stored, String kind) {
        this.library = library;
        this.stored = stored;
        this.kind = kind;
    }

    @Override
    public boolean matches(ByteBuffer password) {
        Optional<byte[]> hash = library.crypt(password, stored);
        return hash.isPresent() && MessageDigest.isEqual(stored, hash.get());
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public String toString() {
        return "***";
    }
}
