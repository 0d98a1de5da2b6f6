package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * From the password field of a users file to what a password is checked against. A hash that would
 * take minutes is refused when the file is read: whoever can slow one check down slows all of them.
 * For one reading of one file.
 */
final class PasswordSchemes {
    private static final int MAX_LENGTH = 512;

    // Cheap to make and to check; for a file in which nobody has a hash.
    private static final String FALLBACK =
            "$6$decoy$OXwk0Ldr4K1Y3nH7Rr1w0EvGq3i5hKdnSN0rQ0pX7nTjzv0uH8QTBoQdX1sI2mXeJb0Qb4Zr5Yw1u"
                    + "yG0k5ZkE1";

    private final CryptLibrary library;
    private final Map<String, Boolean> knownPrefixes = new HashMap<>();

    PasswordSchemes(CryptLibrary library) {
        this.library = library;
    }

    /** A hash that no password matches, and that costs what SHA512-CRYPT costs. */
    PasswordHash fallback() {
        return new CryptHash(library, ascii(FALLBACK), kindOfCrypt(FALLBACK));
    }

    /**
     * @param field {@code {SCHEME}hash}, or a bare crypt(3) string; octets as ISO 8859-1
     * @throws IllegalArgumentException with what is wrong, without the hash
     */
    PasswordHash parse(String field) {
        if (field.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("the password field is too long");
        }
        int end = field.startsWith("{") ? field.indexOf('}') : -1;
        if (field.startsWith("{") && end < 0) {
            throw new IllegalArgumentException("the scheme has no closing brace");
        }
        String scheme = end < 0 ? "CRYPT" : field.substring(1, end).toUpperCase(Locale.ROOT);
        String hash = field.substring(end + 1);
        // A password may begin with such a mark; a hash cannot.
        boolean marked = hash.startsWith("*") || hash.startsWith("!");
        if (hash.isEmpty()) {
            return PasswordHash.NONE;
        }
        if (marked && !scheme.equals("PLAIN")) {
            return PasswordHash.DISABLED;
        }
        return switch (scheme) {
            case "PLAIN" -> new PlainHash(hash.getBytes(StandardCharsets.ISO_8859_1));
            case "SHA256-CRYPT" -> crypt(hash, "$5$");
            case "SHA512-CRYPT" -> crypt(hash, "$6$");
            case "BLF-CRYPT" -> crypt(hash, "$2");
            case "CRYPT" -> crypt(hash, "");
            case "ARGON2ID" -> argon2(hash);
            case "SCRAM-SHA-256" -> scram(hash);
            default ->
                    throw new IllegalArgumentException(
                            "the scheme is none of PLAIN, SHA256-CRYPT, SHA512-CRYPT, BLF-CRYPT,"
                                    + " ARGON2ID, SCRAM-SHA-256, CRYPT");
        };
    }

    private static PasswordHash scram(String hash) {
        try {
            return ScramHash.parse(hash);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    "the SCRAM-SHA-256 hash " + wrong.getMessage(), wrong);
        }
    }

    private PasswordHash argon2(String hash) {
        try {
            return Argon2Hash.parse(hash, library);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("the ARGON2ID hash " + wrong.getMessage(), wrong);
        }
    }

    private PasswordHash crypt(String hash, String prefix) {
        if (!hash.startsWith(prefix)) {
            throw new IllegalArgumentException("the hash does not start with " + prefix);
        }
        if (!hash.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw new IllegalArgumentException("the hash is not printable ASCII");
        }
        CryptForm.require(hash);
        if (!knownPrefixes.computeIfAbsent(scheme(hash), s -> isKnown(hash))) {
            throw new IllegalArgumentException(
                    "neither this system's libcrypt nor Postern knows the hash's scheme "
                            + scheme(hash));
        }
        return new CryptHash(library, ascii(hash), kindOfCrypt(hash));
    }

    private boolean isKnown(String hash) {
        return library.crypt(ByteBuffer.allocateDirect(0), ascii(hash)).isPresent();
    }

    private static String scheme(String hash) {
        return hash.startsWith("$") ? hash.substring(0, hash.indexOf('$', 1) + 1) : "des";
    }

    // Scheme and cost parameters, without salt and hash.
    private static String kindOfCrypt(String hash) {
        String scheme = scheme(hash);
        boolean parameterised =
                hash.startsWith("$2")
                        || hash.startsWith("rounds=", scheme.length())
                        || scheme.equals("$y$");
        return parameterised
                ? hash.substring(0, Math.max(scheme.length(), hash.indexOf('$', scheme.length())))
                : scheme;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
