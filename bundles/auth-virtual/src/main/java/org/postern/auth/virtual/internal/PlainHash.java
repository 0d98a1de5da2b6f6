package org.postern.auth.virtual.internal;

import java.security.MessageDigest;

/** {PLAIN}: the password itself, for demonstrations and tests. */
final class PlainHash implements PasswordHash {
    private final byte[] stored;

    PlainHash(byte[] stored) {
        this.stored = stored;
    }

    @Override
    public boolean matches(byte[] password) {
        return MessageDigest.isEqual(stored, password);
    }

    @Override
    public String kind() {
        return "plain";
    }

    @Override
    public String toString() {
        return "***";
    }
}
