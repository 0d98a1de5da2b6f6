package org.postern.access.internal.mailbox;

import org.postern.access.internal.Leased;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.mailbox.MailboxSnapshot;

/**
 * A format's own mailbox, and the format that made it.
 *
 * @param mailbox the format's
 * @param format whose lease is held while the mailbox is called
 * @param snapshot the mailbox's
 */
record OpenMailbox(Mailbox mailbox, Leased<MailboxFormat> format, MailboxSnapshot snapshot) {}
