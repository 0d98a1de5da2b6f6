package org.postern.testkit.mailbox;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Operation;

/** The operations that change a mailbox, as the tests of interruptions do them. */
enum Update {
    EXPUNGE,
    ACKNOWLEDGE,
    APPEND;

    private static final byte[] APPENDED =
            Mail.octets("Subject: appended\n\n" + "0123456789\n".repeat(20));

    /** What it removes of {@link Interruption}'s messages. */
    BitSet deleted() {
        return this == EXPUNGE ? Expunging.bits(0, 2, 3, 5) : new BitSet();
    }

    /** What it adds. */
    List<byte[]> appended() {
        return this == APPEND ? List.of(APPENDED) : List.of();
    }

    void run(OpenedMailbox opened) throws MailboxException {
        opened.finish(start(opened.mailbox()));
    }

    private Operation<?> start(Mailbox mailbox) {
        return switch (this) {
            case EXPUNGE -> mailbox.expunge(deleted());
            case ACKNOWLEDGE -> mailbox.acknowledge();
            case APPEND -> mailbox.append(delivery());
        };
    }

    static Delivery delivery() {
        return delivery(APPENDED);
    }

    static Delivery delivery(byte[] message) {
        return new Delivery(
                Channels.newChannel(new ByteArrayInputStream(message)),
                "sender@example.org",
                Instant.EPOCH);
    }
}
