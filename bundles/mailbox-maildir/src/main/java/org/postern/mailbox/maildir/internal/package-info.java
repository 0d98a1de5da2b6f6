/** Maildir directories as mailboxes. */
package org.postern.mailbox.maildir.internal;
