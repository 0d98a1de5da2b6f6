package org.postern.itests.helper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Delivery;
import org.postern.testkit.mailbox.MailboxFixture;
import org.postern.testkit.mailbox.MailboxReadingContract;
import org.postern.testkit.mailbox.MailboxSharingContract;
import org.postern.testkit.mailbox.MailboxUpdateContract;
import org.postern.testkit.mailbox.OpenedMailbox;

/**
 * The mbox format on the agent's storage. All of the contract but the failing calls, which only
 * storage in memory can arrange.
 */
class MboxOverHelper
        implements MailboxReadingContract, MailboxUpdateContract, MailboxSharingContract {
    private static HelperSite site;

    @BeforeAll
    static void openSite() throws IOException {
        site = new HelperSite("mbox");
    }

    @AfterAll
    static void closeSite() {
        site.close();
    }

    @Override
    public MailboxFixture mailbox() {
        return new ServedMbox(site.system(), site.account());
    }

    /**
     * The contract's updates more than once in a session. An agent opens the file for one, and a
     * second changes nothing.
     */
    @Override
    @Test
    public void appendedMessageIsSeenByTheNextSession() throws Exception {
        byte[] first = "Subject: first\n\none\n".getBytes(US_ASCII);
        byte[] second = "Subject: second\n\ntwo\n".getBytes(US_ASCII);
        BitSet one = new BitSet();
        one.set(0);
        try (MailboxFixture fixture = mailbox()) {
            fixture.deliver(first);
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.finish(opened.mailbox().append(delivery(second)));
                opened.finish(opened.mailbox().check());
                opened.assertHolds(List.of(first));
                opened.fails(opened.mailbox().append(delivery(second)));
                opened.fails(opened.mailbox().expunge(one));
                opened.finish(opened.mailbox().check());
                opened.assertHolds(List.of(first));
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(List.of(first, second));
                opened.expunge(one);
            }
            try (OpenedMailbox opened = OpenedMailbox.open(fixture)) {
                opened.assertHolds(List.of(second));
            }
        }
    }

    private static Delivery delivery(byte[] message) {
        return new Delivery(
                Channels.newChannel(new ByteArrayInputStream(message)),
                "sender@example.org",
                Instant.EPOCH);
    }
}
