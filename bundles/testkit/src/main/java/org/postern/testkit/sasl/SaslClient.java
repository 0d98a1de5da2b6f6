package org.postern.testkit.sasl;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A client in one exchange, which does what a client that can log in does. */
public interface SaslClient {
    /** What it says of itself, without being asked; empty in a mechanism in which it is asked. */
    Optional<byte[]> begins();

    /**
     * What it answers to a challenge.
     *
     * @throws IllegalStateException if it gives up, as the challenge is not what it should be
     */
    byte[] answers(ByteBuffer challenge);
}
