package org.postern.auth.virtual.internal;

/** What a password is checked against. Safe for any number of threads. */
interface PasswordHash {
    /** {@link #kind} of an account that nobody can log in to. */
    String LOCKED = "locked";

    /** Nobody's password: an account that is disabled. */
    PasswordHash NONE =
            new PasswordHash() {
                @Override
                public boolean matches(byte[] password) {
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
     * @param password without NUL; neither kept nor changed
     */
    boolean matches(byte[] password);

    /** Names scheme and cost: equal kinds take equally long. */
    String kind();
}
