package org.postern.mailbox.mbox.internal;

import java.io.IOException;
import java.util.Optional;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.Step;

/** What a {@link TaskOperation} does. */
@FunctionalInterface
interface Task<T> {

    /** As {@link org.postern.api.mailbox.Operation#advance}. */
    Step<T> advance() throws IOException, MailboxException;

    /** As {@link org.postern.api.mailbox.Operation#now}; called before anything else, or never. */
    default Optional<Step.Done<T>> now() throws IOException, MailboxException {
        return Optional.empty();
    }

    /** Releases everything that was not given out; called once, done or not. */
    default void release() {}
}
