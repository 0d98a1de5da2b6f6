package org.postern.api.posix;

import java.util.List;

/**
 * A message that came in, and the owner of the descriptors in it that nobody has taken yet.
 *
 * @param octets how many were put into the buffer
 * @param truncated whether octets or descriptors were lost, for want of space or of free numbers
 * @param descriptors in the order in which they were sent; unmodifiable
 */
public record ReceivedMessage(int octets, boolean truncated, List<ReceivedDescriptor> descriptors)
        implements AutoCloseable {
    public ReceivedMessage {
        descriptors = List.copyOf(descriptors);
    }

    /** Whether the other side has ended the connection (or sent a message of nothing). */
    public boolean isEnd() {
        return octets == 0;
    }

    /** Closes the descriptors that were not taken; more calls do nothing. */
    @Override
    public void close() {
        descriptors.forEach(ReceivedDescriptor::close);
    }
}
