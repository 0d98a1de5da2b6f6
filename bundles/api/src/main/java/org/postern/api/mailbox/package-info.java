/**
 * A mailbox, whatever its format and whatever the protocol: an immutable snapshot of messages,
 * their stored octets, and the few things that can be done to them. Delete marks, message numbers
 * and RSET are POP3's and live in its bundle; IMAP, LMTP and web mail use the same port.
 *
 * <p>Threads: one at a time for each mailbox with all its operations and contents, on workers:
 * calls may block on files, but for those that say "now" and never do. Contents alone may be read
 * beside {@link org.postern.api.mailbox.Mailbox#readAhead}. What has to wait (a lock, a clock tick)
 * never blocks; it is an {@link org.postern.api.mailbox.Operation} that says when to come back.
 * Nulls are neither taken nor given. Who was given an operation, a content or a mailbox closes it.
 *
 * <p>Formats come and go while sessions live. What a session needs to go on is held in values of
 * this package: the {@link org.postern.api.mailbox.MailboxSnapshot} reopens the mailbox through
 * another instance of its format, and a {@link org.postern.api.mailbox.MessageContent} needs none.
 */
@Export
@Version("1.0.0")
package org.postern.api.mailbox;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
