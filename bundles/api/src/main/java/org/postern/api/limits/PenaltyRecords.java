package org.postern.api.limits;

import java.util.Arrays;

/**
 * What a policy remembers of misbehaviour, handed to the next one: opaque octets that the receiver
 * checks as strictly as anything foreign, and drops when it does not know their form.
 */
public final class PenaltyRecords {
    /** Octets at most. */
    public static final int MAX_OCTETS = 1 << 20;

    /** Nothing is remembered. */
    public static final PenaltyRecords NONE = new PenaltyRecords("", new byte[0]);

    private final String form;
    private final byte[] octets;

    /**
     * @param form names how the octets are to be read, with its version
     * @throws IllegalArgumentException if longer than {@link #MAX_OCTETS}
     */
    public PenaltyRecords(String form, byte[] octets) {
        if (octets.length > MAX_OCTETS) {
            throw new IllegalArgumentException("penalty records have at most 1 MiB");
        }
        this.form = form;
        this.octets = octets.clone();
    }

    /** Names how the octets are to be read. */
    public String form() {
        return form;
    }

    /** A copy of the octets. */
    public byte[] octets() {
        return octets.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PenaltyRecords that
                && form.equals(that.form)
                && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return 31 * form.hashCode() + Arrays.hashCode(octets);
    }
}
