package org.postern.pop3.internal;

import java.util.Optional;
import java.util.Set;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;

/** Maildrops without content: the n-th message has n * 100 octets and the unique-id "uid-n". */
final class Maildrops {
    private Maildrops() {}

    static Maildrop of(int messages) {
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        for (int number = 1; number <= messages; number++) {
            builder.add(message("uid-" + number, number * 100L));
        }
        return new Maildrop(builder.build());
    }

    /** One message, all of whose numbers are as long as they can be. */
    static Maildrop ofLongest() {
        String id = "u".repeat(UniqueId.MAX_LENGTH);
        return new Maildrop(MailboxSnapshot.builder().add(message(id, Long.MAX_VALUE)).build());
    }

    private static StoredMessage message(String id, long octets) {
        return new StoredMessage(
                new UniqueId(id),
                octets,
                new StoredAt.Range(0, 0, 0, 0),
                LineConvention.LF,
                false,
                Set.of(),
                Optional.empty());
    }
}
