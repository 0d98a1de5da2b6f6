package org.postern.api.auth;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A password or token that can be wiped and prints as stars. The octets are handed out without a
 * copy, so that there is one place to wipe; who reads them keeps none.
 */
public final class Secret implements AutoCloseable {
    private final byte[] octets;
    private volatile boolean wiped;

    /** Takes the array over: the caller neither keeps nor changes it. */
    public Secret(byte[] octets) {
        this.octets = octets;
    }

    /**
     * The octets themselves, not a copy.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public byte[] octets() {
        if (wiped) {
            throw new IllegalStateException("the secret has been wiped");
        }
        return octets;
    }

    /** How many octets there are. */
    public int length() {
        return octets().length;
    }

    /**
     * Copies the octets into a buffer, which becomes the caller's to wipe.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public void copyTo(ByteBuffer target) {
        target.put(octets());
    }

    /** Overwrites the octets with zeros; more calls do nothing. */
    @Override
    public void close() {
        wiped = true;
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public String toString() {
        return "***";
    }
}
