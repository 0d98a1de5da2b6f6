package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;

/** What a password is checked against. Safe for any number of threads. */
interface PasswordHash {
    /** {@link #kind} of an account that no password opens. */
    String LOCKED = "locked";

    /** No password: one logs in to the account by other means, or not at all. */
    PasswordHash NONE = nobodys();

    /** Nobody's password: an account that is disabled, whatever one logs in with. */
    PasswordHash DISABLED = nobodys();

    private static PasswordHash nobodys() {
        return new PasswordHash() {
            @Override
            public boolean matches(ByteBuffer password) {
                return false;
            }

            @Override
            public String kind() {
                return LOCKED;
            }
        };
    }

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
