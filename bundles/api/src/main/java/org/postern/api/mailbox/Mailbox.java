package org.postern.api.mailbox;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An open mailbox. It holds no lock between operations, and at most one operation is under way at a
 * time. Messages are named by their index in the snapshot, from 0.
 *
 * <p>After a CHANGED every further operation fails the same way, and nothing is written.
 */
@ConsumerType
public interface Mailbox extends AutoCloseable {
    /** Messages of one {@link #readAhead}: few descriptors, and enough to be worth a thread. */
    int MOST_AHEAD = 8;

    /** The messages as they were when the mailbox was opened; the same for its whole life. */
    MailboxSnapshot snapshot();

    /**
     * Makes a message's stored octets readable, after checking that they still are that message's.
     * What is read after this can only be believed once {@link #check} has said so.
     *
     * @throws IndexOutOfBoundsException if there is no such message
     */
    Operation<MessageContent> read(int message);

    /**
     * A message's stored octets, at once and unchecked: on any thread, one that must not block too.
     * What is read of them can only be believed once {@link #check} has said so.
     *
     * @return empty if {@link #read} is to be asked
     * @throws IndexOutOfBoundsException if there is no such message
     */
    default Optional<MessageContent> readNow(int message) throws MailboxException {
        Objects.checkIndex(message, snapshot().count());
        return Optional.empty();
    }

    /**
     * Opens messages before they are asked for, all in one go, where each is a file of its own that
     * has to be opened. What is read of them needs no {@link #check}: such files are never changed
     * in place. It never fails because of one message, which is left to {@link #read}.
     *
     * <p>While it is under way, contents that were given out before may be read and closed on
     * another thread.
     *
     * @param messages in the order in which they will be wanted, {@link #MOST_AHEAD} at most
     * @return contents of the first of these, in order, maybe of none: by default, as for formats
     *     that have {@link #readNow}
     * @throws IndexOutOfBoundsException if there is no such message
     */
    default Operation<List<MessageContent>> readAhead(List<Integer> messages) {
        messages.forEach(message -> Objects.checkIndex(message, snapshot().count()));
        return Operation.done(List.of());
    }

    /**
     * Whether the messages of the snapshot have changed under the session: done means that they
     * have not, up to now; new mail is no change. Otherwise fails with CHANGED.
     *
     * <p>A format whose files cannot change in place (Maildir) is done at once.
     */
    Operation<Void> check();

    /**
     * Removes messages for good. When it is done, they are gone and all others, new mail included,
     * are unchanged to the octet, on stable storage as the format's durability setting says. If it
     * fails, the mailbox is as it was or the removal can be completed later; no other message is
     * affected.
     *
     * <p>The last operation but {@link #acknowledge}. An empty set writes nothing at all.
     *
     * @param messages indexes in the snapshot
     */
    Operation<Expunged> expunge(BitSet messages);

    /**
     * A client has seen the list: messages that remain are no longer new, where the format knows
     * the difference (Maildir moves them to cur). An mbox is not touched.
     */
    Operation<Void> acknowledge();

    /**
     * Adds a message that this mailbox's snapshot does not show. When it is done the message is on
     * stable storage as the durability setting says. Killed before, the mailbox is as it was, but
     * that an mbox may end with a piece of the message, as whatever delivers into one leaves it.
     */
    Operation<Void> append(Delivery delivery);

    /** Releases descriptors; contents given out stay readable. More calls do nothing. */
    @Override
    void close();
}
