package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;

/** A part of an operation. What it holds (locks, handles) is its owner's to release. */
interface Stage {
    /** To be advanced again as soon as others had their turn. */
    Optional<Duration> YIELD = Optional.of(Duration.ZERO);

    /** It is over. */
    Optional<Duration> OVER = Optional.empty();

    /**
     * Goes on without waiting.
     *
     * @return how long to wait before the next call, or empty when it is over
     */
    Optional<Duration> advance() throws IOException, MailboxException;
}
