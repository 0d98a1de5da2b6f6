package org.postern.pop3.internal;

import org.postern.api.mailbox.MessageContent;

/**
 * A message that was opened before its turn.
 *
 * @param index in the snapshot
 * @param content to be closed by whoever has this
 */
record OpenMessage(int index, MessageContent content) {}
