package org.postern.api.mailbox;

import java.nio.channels.ReadableByteChannel;
import java.time.Instant;

/**
 * A message to be added.
 *
 * @param content its octets, read once to the end, with CRLF or LF line ends; not closed
 * @param envelopeSender the reverse-path without angle brackets, empty for the null one; printable
 *     ASCII without spaces, or IllegalArgumentException
 * @param received when it arrived
 */
public record Delivery(ReadableByteChannel content, String envelopeSender, Instant received) {

    /**
     * @throws IllegalArgumentException if the sender could break a line of an mbox
     */
    public Delivery {
        if (envelopeSender.length() > 254
                || !envelopeSender.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw new IllegalArgumentException(
                    "an envelope sender is printable ASCII without spaces");
        }
    }
}
