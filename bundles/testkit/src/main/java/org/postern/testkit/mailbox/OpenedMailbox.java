package org.postern.testkit.mailbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.MessageEncoder;
import org.postern.api.mailbox.Operation;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.memory.Operations;

/** A session's mailbox with its storage, and the questions that tests ask of it. */
public final class OpenedMailbox implements AutoCloseable {
    private static final int BUFFER = 8192;

    private final MailboxFixture fixture;
    private final MailStorage storage;
    private final Mailbox mailbox;

    private OpenedMailbox(MailboxFixture fixture, MailStorage storage, Mailbox mailbox) {
        this.fixture = fixture;
        this.storage = storage;
        this.mailbox = mailbox;
    }

    /** Opens it anew, without bounds. */
    public static OpenedMailbox open(MailboxFixture fixture) throws MailboxException {
        return open(fixture, MailboxBounds.NONE, Optional.empty());
    }

    /** Opens it for a session that goes on, through another instance of the format. */
    public static OpenedMailbox resume(MailboxFixture fixture, MailboxSnapshot snapshot)
            throws MailboxException {
        return open(fixture, MailboxBounds.NONE, Optional.of(snapshot));
    }

    /** Opens it. */
    public static OpenedMailbox open(
            MailboxFixture fixture, MailboxBounds bounds, Optional<MailboxSnapshot> resume)
            throws MailboxException {
        return open(fixture, fixture.storage(), bounds, resume);
    }

    /**
     * Opens it.
     *
     * @param storage closed with the mailbox, or when that cannot be opened
     */
    public static OpenedMailbox open(
            MailboxFixture fixture,
            MailStorage storage,
            MailboxBounds bounds,
            Optional<MailboxSnapshot> resume)
            throws MailboxException {
        boolean opened = false;
        try {
            Operation<Mailbox> operation = fixture.format().open(storage, bounds, resume);
            Mailbox mailbox = Operations.finish(operation, fixture::elapse);
            opened = true;
            return new OpenedMailbox(fixture, storage, mailbox);
        } finally {
            if (!opened) {
                storage.close();
            }
        }
    }

    /** The mailbox itself. */
    public Mailbox mailbox() {
        return mailbox;
    }

    /** The mailbox's snapshot. */
    public MailboxSnapshot snapshot() {
        return mailbox.snapshot();
    }

    /** Advances an operation until it is done. */
    public <T> T finish(Operation<T> operation) throws MailboxException {
        return Operations.finish(operation, fixture::elapse);
    }

    /** Advances an operation until it fails, and answers as what. */
    public MailboxException.Kind fails(Operation<?> operation) {
        return Operations.fails(operation, fixture::elapse).kind();
    }

    /** All unique-ids, in mailbox order. */
    public List<String> ids() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < snapshot().count(); i++) {
            ids.add(snapshot().uniqueId(i).value());
        }
        return ids;
    }

    /** A message's stored octets. */
    public byte[] stored(int message) throws IOException, MailboxException {
        return stored(message, BUFFER);
    }

    /** A message's stored octets, read in pieces. */
    public byte[] stored(int message, int pieces) throws IOException, MailboxException {
        try (MessageContent content = finish(mailbox.read(message))) {
            return drain(content, pieces);
        }
    }

    /** Reads what is left of a content. */
    public static byte[] drain(MessageContent content, int pieces)
            throws IOException, MailboxException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocateDirect(pieces);
        while (content.read(buffer) >= 0) {
            byte[] piece = new byte[buffer.flip().remaining()];
            buffer.get(piece).clear();
            all.writeBytes(piece);
        }
        assertEquals(0, content.remaining());
        return all.toByteArray();
    }

    /** Removes messages and closes nothing. */
    public void expunge(BitSet messages) throws MailboxException {
        finish(mailbox.expunge(messages));
    }

    /**
     * Asserts that these are its messages: their octets, LIST's sizes against what the encoder
     * really sends, and the wire against a rendering that knows nothing of the encoder.
     */
    public void assertHolds(List<byte[]> messages) throws IOException, MailboxException {
        assertEquals(messages.size(), snapshot().count(), "messages");
        long total = 0;
        for (int i = 0; i < messages.size(); i++) {
            assertArrayEquals(messages.get(i), stored(i), "stored octets of message " + i);
            assertWire(i, messages.get(i));
            total += snapshot().octets(i);
        }
        assertEquals(total, snapshot().totalOctets(), "the sum of all octets");
    }

    private void assertWire(int message, byte[] expected) throws IOException, MailboxException {
        ByteBuffer stored = ByteBuffer.wrap(stored(message));
        LineConvention lines = snapshot().lines(message);
        MessageEncoder encoder = MessageEncoder.whole(lines);
        ByteBuffer wire = ByteBuffer.allocate(expected.length * 3 + 16);
        encoder.encode(stored, wire);
        assertEquals(
                snapshot().finalLineEndMissing(message),
                encoder.insideLine(),
                "whether message " + message + " lacks its final line end");
        encoder.finish(wire);
        assertEquals(encoder.octets(), snapshot().octets(message), "LIST of message " + message);
        assertArrayEquals(
                Wire.render(expected, fixture.lines()),
                Arrays.copyOf(wire.array(), wire.position()),
                "message " + message + " as sent");
        assertTrue(snapshot().uniqueId(message).value().length() <= 70);
    }

    @Override
    public void close() {
        mailbox.close();
        storage.close();
    }
}
