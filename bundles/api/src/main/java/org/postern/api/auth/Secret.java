package org.postern.api.auth;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A password or token that can be wiped and prints as stars. Its octets lie outside the heap: there
 * the collector copies what it moves and leaves the old copy behind, where no wiping finds it. Who
 * reads them keeps none, and makes no array or string of them.
 */
public final class Secret implements AutoCloseable {
    // Freed by the collector, long after it was wiped: so no view can ever show another's secret,
    // as one into a pool could. Making one is cheap beside any password check.
    private final ByteBuffer octets;
    private boolean wiped;

    /**
     * Copies what remains in a buffer, and leaves the buffer as it is: it is the caller's to wipe.
     */
    public Secret(ByteBuffer source) {
        octets = ByteBuffer.allocateDirect(source.remaining());
        octets.put(0, source, source.position(), source.remaining());
    }

    /**
     * Takes over a secret that has been on the heap already, as in a test or on a console, and
     * overwrites the array. Nothing that comes from a client comes this way.
     */
    public Secret(byte[] source) {
        this(ByteBuffer.wrap(source));
        Arrays.fill(source, (byte) 0);
    }

    /** How many octets there are. */
    public int length() {
        return octets.capacity();
    }

    /**
     * Copies the octets into a buffer, direct for the reason above, which becomes the caller's to
     * wipe.
     *
     * @throws IllegalStateException after {@link #close}
     * @throws java.nio.BufferOverflowException if they do not fit; nothing is copied
     */
    public synchronized void copyTo(ByteBuffer target) {
        target.put(view());
    }

    /**
     * A secret with the same octets, for who needs them longer than this one lives.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized Secret copy() {
        return new Secret(view());
    }

    /**
     * The octets themselves to read, direct. After {@link #close} they are zeros: only for who
     * closes this, or knows that it is not closed meanwhile.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized ByteBuffer view() {
        if (wiped) {
            throw new IllegalStateException("the secret has been wiped");
        }
        return octets.asReadOnlyBuffer();
    }

    /** Overwrites the octets with zeros; more calls do nothing. */
    @Override
    public synchronized void close() {
        wiped = true;
        for (int i = 0; i < octets.capacity(); i++) {
            octets.put(i, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
