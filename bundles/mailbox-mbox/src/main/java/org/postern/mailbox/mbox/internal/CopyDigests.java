package org.postern.mailbox.mbox.internal;

import org.postern.api.posix.PosixException;

/**
 * Tell messages with the same headerDigest apart. They are over the From line and the body, without
 * the empty line that ends it, so that they stay the same when a mail program changes the header
 * (Status, X-Status) or new mail is appended.
 */
@FunctionalInterface
interface CopyDigests {

    /** That of a message; few need one, so it is made when it is asked for. */
    long of(ScannedMessage message) throws PosixException;
}
