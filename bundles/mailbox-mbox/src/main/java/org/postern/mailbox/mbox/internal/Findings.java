package org.postern.mailbox.mbox.internal;

import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.PosixException;

/** Told what a {@link MboxScanner} finds, in the file's order. */
interface Findings {

    /** The next message is complete. */
    void message(ScannedMessage message) throws PosixException, MailboxException;

    /**
     * The file is no mbox; nothing follows.
     *
     * @return to be thrown
     */
    MailboxException malformed(String reason);
}
