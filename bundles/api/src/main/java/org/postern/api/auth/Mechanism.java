package org.postern.api.auth;

import java.util.Optional;
import java.util.Set;

/**
 * How a client proves itself: by its SASL name (RFC 4422 section 3.1), or by a protocol's own
 * password command.
 *
 * @param name 1 to 20 of A-Z, 0-9, hyphen and underscore
 */
public record Mechanism(String name) {
    /** A protocol's own password command: POP3's USER and PASS, IMAP's LOGIN. */
    public static final Mechanism PASSWORD = new Mechanism("PASSWORD");

    /** RFC 4616. */
    public static final Mechanism PLAIN = new Mechanism("PLAIN");

    /** draft-murchison-sasl-login: never a standard, and what some clients have alone. */
    public static final Mechanism LOGIN = new Mechanism("LOGIN");

    /** RFC 7677. */
    public static final Mechanism SCRAM_SHA_256 = new Mechanism("SCRAM-SHA-256");

    /** RFC 7677, bound to the TLS connection. */
    public static final Mechanism SCRAM_SHA_256_PLUS = new Mechanism("SCRAM-SHA-256-PLUS");

    /** RFC 7628. */
    public static final Mechanism OAUTHBEARER = new Mechanism("OAUTHBEARER");

    /** Google's and Microsoft's forerunner of OAUTHBEARER. */
    public static final Mechanism XOAUTH2 = new Mechanism("XOAUTH2");

    /** RFC 4422 appendix A: by the client's certificate. */
    public static final Mechanism EXTERNAL = new Mechanism("EXTERNAL");

    /** Those in which the server sees the password: what every {@link Authenticator} serves. */
    public static final Set<Mechanism> WITH_PASSWORD = Set.of(PASSWORD, PLAIN, LOGIN);

    private static final int MAX_LENGTH = 20;

    /**
     * @throws IllegalArgumentException if it is no name of a mechanism
     */
    public Mechanism {
        if (!isName(name)) {
            throw new IllegalArgumentException("a mechanism's name has 1 to 20 of A-Z 0-9 - _");
        }
    }

    /** The mechanism of this name; empty if it is no name of one. */
    public static Optional<Mechanism> of(String name) {
        return isName(name) ? Optional.of(new Mechanism(name)) : Optional.empty();
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_LENGTH
                && name.chars().allMatch(Mechanism::isOf);
    }

    private static boolean isOf(int character) {
        return (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '-'
                || character == '_';
    }

    @Override
    public String toString() {
        return name;
    }
}
