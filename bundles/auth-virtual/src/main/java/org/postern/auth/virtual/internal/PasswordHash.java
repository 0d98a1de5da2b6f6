package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;

/** What a password is checked against. Safe for any number of threads. */
interface PasswordHash {
    /** {@link #kind} of an account that nobody can log in to. */
    String LOCKED = "locked";

    /** Nobody's password: an account that is disabled. */
    PasswordHash NONE =
            new PasswordHash() {
                @Override
                public boolean matches(ByteBuffer password) {
                    return false;
                }

                @Override
                public String kind() {
                    return LOCKED;
                }
            };

    /**
     * Whether this is the password; compared in constant time.
     *
     * @param password without NUL, from its position to its limit, direct; neither kept nor
     *     changed, and copied to the heap by those alone whose library takes nothing else
     */
    boolean matches(ByteBuffer password);

    /** Names scheme and cost: equal kinds take equally long. */
    String kind();
}
