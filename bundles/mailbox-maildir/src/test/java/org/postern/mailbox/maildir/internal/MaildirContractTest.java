package org.postern.mailbox.maildir.internal;

import org.postern.testkit.mailbox.MailboxFixture;
import org.postern.testkit.mailbox.MailboxFormatContract;

class MaildirContractTest implements MailboxFormatContract {
    @Override
    public MailboxFixture mailbox() {
        return new MemoryMaildir();
    }
}
