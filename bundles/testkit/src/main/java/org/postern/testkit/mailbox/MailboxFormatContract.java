package org.postern.testkit.mailbox;

/**
 * Everything that a mailbox format has to do. A test class implements this, answers a fresh fixture
 * from {@link #mailbox}, and has all these tests as its own.
 */
public interface MailboxFormatContract
        extends MailboxReadingContract,
                MailboxUpdateContract,
                MailboxSharingContract,
                MailboxFaultContract {

    @Override
    MailboxFixture mailbox() throws Exception;
}
