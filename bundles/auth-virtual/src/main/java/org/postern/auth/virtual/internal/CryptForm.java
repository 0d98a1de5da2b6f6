package org.postern.auth.virtual.internal;

import java.util.List;

/**
 * What a crypt(3) string of a scheme looks like, and how much work it may ask for. A line of the
 * file decides how long a check takes and how much memory it wants, and anybody may ask for a check
 * by typing a name; so a scheme whose cost is not understood here is not taken, even where the
 * system's library knows it: yescrypt can ask for a GiB, BSDi's DES for 16 million rounds.
 *
 * @param prefix how such a string begins
 * @param saltLeast characters of salt
 * @param saltMost characters of salt
 * @param hashLength characters of the hash
 */
record CryptForm(String prefix, int saltLeast, int saltMost, int hashLength) {
    private static final int MAX_SHA_ROUNDS = 1_000_000;
    private static final int MAX_BCRYPT_COST = 14;
    private static final int BCRYPT_LENGTH = 53;
    private static final int DES_LENGTH = 13;
    private static final String ROUNDS = "rounds=";

    // libxcrypt's cost factors 1 to 7, of at most 64 MiB; its default is 5, "j9T".
    private static final String YESCRYPT = "$y$";
    private static final List<String> YESCRYPT_COSTS =
            List.of("j75", "j85", "j7T", "j8T", "j9T", "jAT", "jBT");

    private static final List<CryptForm> FORMS =
            List.of(
                    new CryptForm("$1$", 1, 8, 22),
                    new CryptForm("$apr1$", 1, 8, 22),
                    new CryptForm("$5$", 1, 16, 43),
                    new CryptForm("$6$", 1, 16, 86));

    /**
     * @param hash printable ASCII
     * @throws IllegalArgumentException with what is wrong, without the hash
     */
    static void require(String hash) {
        if (!hash.startsWith("$")) {
            requireLetters(hash, DES_LENGTH, DES_LENGTH, "the hash is no crypt(3) string");
        } else if (hash.startsWith("$2a$") || hash.startsWith("$2b$") || hash.startsWith("$2y$")) {
            requireBcrypt(hash);
        } else if (hash.startsWith(YESCRYPT)) {
            requireYescrypt(hash);
        } else {
            FORMS.stream()
                    .filter(form -> hash.startsWith(form.prefix))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "the hash's scheme is none of $1$ $apr1$ $2a$ $2b$ $2y$"
                                                    + " $5$ $6$ $y$ and traditional DES"))
                    .requireSaltAndHash(hash);
        }
    }

    private void requireSaltAndHash(String hash) {
        String rest = hash.substring(prefix.length());
        if (rest.startsWith(ROUNDS)) {
            int end = rest.indexOf('$');
            String rounds = rest.substring(ROUNDS.length(), Math.max(ROUNDS.length(), end));
            requireNumber(rounds, 1000, MAX_SHA_ROUNDS, "rounds");
            rest = rest.substring(end + 1);
        }
        requireParts(rest, saltLeast, saltMost, hashLength);
    }

    private static void requireBcrypt(String hash) {
        String rest = hash.substring("$2y$".length());
        int end = rest.indexOf('$');
        String cost = rest.substring(0, Math.max(0, end));
        if (cost.length() != 2) {
            throw new IllegalArgumentException("the bcrypt hash has no cost of two digits");
        }
        requireNumber(
                cost.startsWith("0") ? cost.substring(1) : cost, 4, MAX_BCRYPT_COST, "bcrypt cost");
        requireLetters(
                rest.substring(end + 1), BCRYPT_LENGTH, BCRYPT_LENGTH, "the hash is not whole");
    }

    private static void requireYescrypt(String hash) {
        String rest = hash.substring(YESCRYPT.length());
        int end = Math.max(0, rest.indexOf('$'));
        if (!YESCRYPT_COSTS.contains(rest.substring(0, end))) {
            throw new IllegalArgumentException(
                    "wants a yescrypt cost factor of 1 to 7, as mkpasswd -R sets it");
        }
        requireParts(rest.substring(end + 1), 1, 64, 43);
    }

    private static void requireParts(String rest, int saltLeast, int saltMost, int hashLength) {
        int end = rest.indexOf('$');
        if (end < 0) {
            throw new IllegalArgumentException("the hash is not whole");
        }
        requireLetters(rest.substring(0, end), saltLeast, saltMost, "the salt is unfit");
        requireLetters(rest.substring(end + 1), hashLength, hashLength, "the hash is not whole");
    }

    // A number that is written otherwise would come back from crypt(3) otherwise, and never match.
    private static void requireNumber(String text, int least, int most, String what) {
        boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (text.isEmpty() || text.length() > 7 || !digits || text.startsWith("0")) {
            throw new IllegalArgumentException("the " + what + " is not a plain number");
        }
        int number = Integer.parseInt(text);
        if (number < least || number > most) {
            throw new IllegalArgumentException("wants " + what + " of " + least + " to " + most);
        }
    }

    private static void requireLetters(String text, int least, int most, String wrong) {
        boolean letters =
                text.chars()
                        .allMatch(
                                c ->
                                        (c >= 'a' && c <= 'z')
                                                || (c >= 'A' && c <= 'Z')
                                                || (c >= '.' && c <= '9'));
        if (!letters || text.length() < least || text.length() > most) {
            throw new IllegalArgumentException(wrong);
        }
    }
}
