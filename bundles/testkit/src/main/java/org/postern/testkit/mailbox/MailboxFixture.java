package org.postern.testkit.mailbox;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.storage.MailStorage;

/**
 * One mailbox of the format under test, missing at first, and the hands of other programs on it.
 * Those work on the files without the format, so that they can tell when it is wrong.
 */
public interface MailboxFixture extends AutoCloseable {

    /** A fresh instance of the format, as after its bundle was replaced. */
    MailboxFormat format();

    /**
     * Another session's storage on this mailbox, closed by the kit. Tests with faults run where it
     * is a {@link org.postern.testkit.memory.MemoryMailStorage}.
     */
    MailStorage storage();

    /** What the format takes for a line end in the messages that {@link #deliver} stores. */
    LineConvention lines();

    /** Makes an empty mailbox: it exists and holds no message. */
    void create() throws Exception;

    /**
     * Delivers as another program would, making the mailbox if there is none; the new message comes
     * last in mailbox order.
     *
     * @param message header, empty line, body; LF ends every line, the last one too, unless it is
     *     one of {@link #oddMessages}
     */
    void deliver(byte[] message) throws Exception;

    /** Messages that only some formats can hold, such as one without a final line end. */
    default List<byte[]> oddMessages() {
        return List.of();
    }

    /** The octets of each message that is there now, in mailbox order. */
    List<byte[]> messages() throws Exception;

    /** What {@link org.postern.api.mailbox.MailboxBounds#maxOctets} is compared with. */
    long storedOctets() throws Exception;

    /** Another program changes a message, by its place in mailbox order, so that it must show. */
    void tamper(int message) throws Exception;

    /**
     * Whether that affects this message alone, which is MESSAGE_GONE then; otherwise the whole
     * mailbox is CHANGED.
     */
    boolean isTamperedAlone();

    /**
     * Whether an expunge or append that fails, or is killed, at any call leaves every message that
     * was not to be deleted as it was. Where not, only those that fail before the first change are
     * tested.
     */
    boolean survivesFaults();

    /**
     * Whether an append that is killed leaves nothing of its message. Where not, it leaves a piece
     * of one at the end, as whatever delivers into an mbox does.
     */
    default boolean survivesKilledAppend() {
        return true;
    }

    /** Lets time pass, for an operation that waits or between two deliveries. */
    void elapse(Duration duration);

    @Override
    void close() throws IOException;
}
