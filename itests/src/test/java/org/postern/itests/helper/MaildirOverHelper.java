package org.postern.itests.helper;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.postern.testkit.mailbox.MailboxFixture;
import org.postern.testkit.mailbox.MailboxReadingContract;
import org.postern.testkit.mailbox.MailboxSharingContract;
import org.postern.testkit.mailbox.MailboxUpdateContract;

/**
 * The Maildir format on the agent's storage. All of the contract but the failing calls, which only
 * storage in memory can arrange.
 */
class MaildirOverHelper
        implements MailboxReadingContract, MailboxUpdateContract, MailboxSharingContract {
    private static HelperSite site;

    @BeforeAll
    static void openSite() throws IOException {
        site = new HelperSite("maildir");
    }

    @AfterAll
    static void closeSite() {
        site.close();
    }

    @Override
    public MailboxFixture mailbox() {
        return new ServedMaildir(site.system(), site.account());
    }
}
