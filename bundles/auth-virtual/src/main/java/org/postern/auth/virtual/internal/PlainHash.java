package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;

/**
 * {PLAIN}: the password itself, for demonstrations and tests: it is on the heap for as long as the
 * users file is in force.
 */
final class PlainHash implements PasswordHash {
    private final byte[] stored;

    PlainHash(byte[] stored) {
        this.stored = stored;
    }

    @Override
    public boolean matches(ByteBuffer password) {
        // All of what was typed is compared, wherever they differ first.
        int difference = stored.length ^ password.remaining();
        for (int i = 0; i < password.remaining(); i++) {
            difference |= stored[i % stored.length] ^ password.get(password.position() + i);
        }
        return difference == 0;
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
