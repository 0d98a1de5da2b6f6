package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * {ARGON2ID}: {@code $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH}, salt and hash in base64
 * without padding. The memory is the JVM's heap, so a line of the file must not be able to ask for
 * all of it. The library takes an array as the password and needs it for as long as it computes, so
 * the collector may copy it: of all schemes but PLAIN, this one alone always leaves the password's
 * secrecy to chance once it was right or wrong.
 */
final class Argon2Hash implements PasswordHash {
    /** What Dovecot and libsodium ask for; it fits a heap of 128 MB once, and so not twice. */
    private static final int MAX_MEMORY_KIB = 64 * 1024;

    private static final int MAX_PASSES = 20;
    private static final int MAX_LANES = 16;
    private static final int MAX_OCTETS = 128;

    private final Argon2Parameters parameters;
    private final byte[] stored;
    private final String kind;
    private final Object turn;

    private Argon2Hash(Argon2Parameters parameters, byte[] stored, String kind, Object turn) {
        this.parameters = parameters;
        this.stored = stored;
        this.kind = kind;
        this.turn = turn;
    }

    /**
     * @param turn held while one is computed: hashes that share it never need their memory at once
     * @throws IllegalArgumentException with what is wrong, if this is not such a string
     */
    static Argon2Hash parse(String text, Object turn) {
        String[] fields = text.split("\\$", -1);
        if (fields.length != 6
                || !fields[0].isEmpty()
                || !fields[1].equals("argon2id")
                || !fields[2].equals("v=19")) {
            throw new IllegalArgumentException("is not $argon2id$v=19$m=,t=,p=$salt$hash");
        }
        String[] costs = fields[3].split(",", -1);
        if (costs.length != 3) {
            throw new IllegalArgumentException("has no m=, t= and p=");
        }
        int lanes = cost(costs[2], "p=", 1, MAX_LANES);
        int memory = cost(costs[0], "m=", 8 * lanes, MAX_MEMORY_KIB);
        int passes = cost(costs[1], "t=", 1, MAX_PASSES);
        byte[] salt = decode(fields[4], 8);
        byte[] hash = decode(fields[5], 16);
        Argon2Parameters parameters =
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(memory)
                        .withIterations(passes)
                        .withParallelism(lanes)
                        .withSalt(salt)
                        .build();
        return new Argon2Hash(parameters, hash, "argon2id$" + fields[3], turn);
    }

    private static int cost(String field, String name, int least, int most) {
        if (field.startsWith(name)) {
            try {
                int cost = Integer.parseInt(field.substring(name.length()));
                if (cost >= least && cost <= most) {
                    return cost;
                }
            } catch (NumberFormatException notOne) {
                // Refused below, as one that is out of range.
            }
        }
        throw new IllegalArgumentException("wants " + name + least + " to " + most);
    }

    private static byte[] decode(String text, int least) {
        byte[] octets = Base64.getDecoder().decode(text);
        if (octets.length < least || octets.length > MAX_OCTETS) {
            throw new IllegalArgumentException("has a salt or a hash of the wrong length");
        }
        return octets;
    }

    @Override
    public boolean matches(ByteBuffer password) {
        byte[] hash = new byte[stored.length];
        synchronized (turn) {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            // Takes all its memory here, before the password is on the heap.
            generator.init(parameters);
            byte[] copy = new byte[password.remaining()];
            try {
                password.get(password.position(), copy);
                generator.generateBytes(copy, hash);
            } finally {
                Arrays.fill(copy, (byte) 0);
            }
        }
        return MessageDigest.isEqual(stored, hash);
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
