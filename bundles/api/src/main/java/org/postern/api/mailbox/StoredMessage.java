package org.postern.api.mailbox;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A message of a mailbox, without its content.
 *
 * @param id its name over all sessions
 * @param octets as sent, each line end two, before dot-stuffing
 * @param storedAt where its octets are
 * @param lines what ends a line in them
 * @param finalLineEndMissing whether the last line has no line end, so that one is added when sent
 * @param flags what the mailbox remembers of it
 * @param received when it arrived, if the mailbox knows; milliseconds are kept
 */
public record StoredMessage(
        UniqueId id,
        long octets,
        StoredAt storedAt,
        LineConvention lines,
        boolean finalLineEndMissing,
        Set<MessageFlag> flags,
        Optional<Instant> received) {
    public StoredMessage {
        flags = Set.copyOf(flags);
    }
}
