package org.postern.api.mailbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.postern.api.storage.MailEntry;

/**
 * Some of a snapshot's messages in columns, one entry a message, which grow up to {@link #SIZE}.
 * Written by the builder alone, after that only read.
 */
final class SnapshotPage {
    /**
     * Messages in one, at most: enough that the headers of the arrays do not count, and so few that
     * their arrays are young garbage like any other, not worth a full collection.
     */
    static final int SIZE = 1024;

    private static final int INITIAL = 16;
    private static final int TYPICAL_ID = 20;
    private static final long UNKNOWN_TIME = Long.MIN_VALUE;
    // An entry's reference, its object, its name's and the array of that, on a heap below 32 GB.
    private static final int ENTRY_OCTETS = 4 + 24 + 16 + 16;
    private static final int LINE_END_MISSING = 1 << 14;
    private static final int LF_OR_CRLF = 1 << 15;
    private static final MessageFlag[] FLAGS = MessageFlag.values();

    private int count;
    private long[] octets;
    private long[] length;
    private char[] traits;
    private int[] idEnd;
    private byte[] ids;
    // As long as it is known of no message, empty.
    private long[] received = {};
    // Only one of these two groups is filled: a mailbox is one file, or its messages are files.
    private long[] separator = {};
    private long[] start = {};
    private long[] digest = {};
    private MailEntry[] entries = {};

    private SnapshotPage(int capacity) {
        octets = new long[capacity];
        length = new long[capacity];
        traits = new char[capacity];
        idEnd = new int[capacity];
        ids = new byte[capacity * TYPICAL_ID];
    }

    /** The first one of a mailbox, which mostly is the only one, with few messages. */
    static SnapshotPage first() {
        return new SnapshotPage(INITIAL);
    }

    /** One that others are in front of. */
    static SnapshotPage next() {
        return new SnapshotPage(SIZE);
    }

    /** A copy of the first messages, with room for others. */
    SnapshotPage startingWith(int messages) {
        SnapshotPage copy = new SnapshotPage(0);
        copy.count = messages;
        copy.octets = octets;
        copy.length = length;
        copy.traits = traits;
        copy.idEnd = idEnd;
        copy.received = received;
        copy.separator = separator;
        copy.start = start;
        copy.digest = digest;
        copy.entries = entries;
        // Nothing of the messages behind them.
        copy.resize(messages);
        copy.resize(Math.min(SIZE, messages + (messages >> 3) + INITIAL));
        int idOctets = messages == 0 ? 0 : idEnd[messages - 1];
        copy.ids = Arrays.copyOf(ids, idOctets + (idOctets >> 3) + INITIAL * TYPICAL_ID);
        return copy;
    }

    boolean isFull() {
        return count == SIZE;
    }

    /** Adds one to a page that is not full. */
    void add(StoredMessage message) {
        if (count == octets.length) {
            resize(Math.min(SIZE, count + (count >> 1)));
        }
        octets[count] = message.octets();
        message.received().ifPresent(this::addReceived);
        traits[count] = traitsOf(message);
        addId(message.id().value());
        if (message.storedAt() instanceof StoredAt.Range range) {
            addRange(range);
        } else if (message.storedAt() instanceof StoredAt.File file) {
            addFile(file);
        }
        count++;
    }

    private void addReceived(Instant instant) {
        if (received.length < octets.length) {
            received = grown(received, octets.length);
        }
        received[count] = instant.toEpochMilli();
    }

    private void addRange(StoredAt.Range range) {
        if (start.length < octets.length) {
            separator = Arrays.copyOf(separator, octets.length);
            start = Arrays.copyOf(start, octets.length);
            digest = Arrays.copyOf(digest, octets.length);
        }
        separator[count] = range.separator();
        start[count] = range.start();
        length[count] = range.length();
        digest[count] = range.digest();
    }

    private void addFile(StoredAt.File file) {
        if (entries.length < octets.length) {
            entries = Arrays.copyOf(entries, octets.length);
        }
        entries[count] = file.entry();
        length[count] = file.size();
    }

    private void addId(String id) {
        int from = count == 0 ? 0 : idEnd[count - 1];
        int end = from + id.length();
        if (end > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(end, ids.length + (ids.length >> 1)));
        }
        byte[] ascii = id.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, ids, from, ascii.length);
        idEnd[count] = end;
    }

    /** Takes no more memory than it has to; nothing is added any more. */
    void trim() {
        if (octets.length > count) {
            resize(count);
        }
        ids = Arrays.copyOf(ids, count == 0 ? 0 : idEnd[count - 1]);
    }

    private void resize(int capacity) {
        octets = Arrays.copyOf(octets, capacity);
        length = Arrays.copyOf(length, capacity);
        traits = Arrays.copyOf(traits, capacity);
        idEnd = Arrays.copyOf(idEnd, capacity);
        if (received.length > 0) {
            received = grown(received, capacity);
        }
        if (start.length > 0) {
            separator = Arrays.copyOf(separator, capacity);
            start = Arrays.copyOf(start, capacity);
            digest = Arrays.copyOf(digest, capacity);
        }
        if (entries.length > 0) {
            entries = Arrays.copyOf(entries, capacity);
        }
    }

    // Or shrunk.
    private static long[] grown(long[] times, int capacity) {
        long[] grown = Arrays.copyOf(times, capacity);
        if (capacity > times.length) {
            Arrays.fill(grown, times.length, capacity, UNKNOWN_TIME);
        }
        return grown;
    }

    /** Octets of the heap that the arrays take, and what is reached by them alone. */
    long memory() {
        long names = 0;
        for (int i = 0; i < count && i < entries.length; i++) {
            names += entries[i] == null ? 0 : ENTRY_OCTETS + entries[i].name().length();
        }
        long longs = (long) octets.length + length.length + received.length;
        longs += (long) separator.length + start.length + digest.length;
        return longs * Long.BYTES
                + (long) traits.length * Character.BYTES
                + (long) idEnd.length * Integer.BYTES
                + ids.length
                + names;
    }

    long octets(int message) {
        return octets[message];
    }

    UniqueId uniqueId(int message) {
        int from = idStart(message);
        return new UniqueId(
                new String(ids, from, idEnd[message] - from, StandardCharsets.US_ASCII));
    }

    void putUniqueId(int message, ByteBuffer target) {
        int from = idStart(message);
        target.put(ids, from, idEnd[message] - from);
    }

    private int idStart(int message) {
        return message == 0 ? 0 : idEnd[message - 1];
    }

    StoredAt storedAt(int message) {
        return message < entries.length && entries[message] != null
                ? new StoredAt.File(entries[message], length[message])
                : new StoredAt.Range(
                        separator[message], start[message], length[message], digest[message]);
    }

    LineConvention lines(int message) {
        return (traits[message] & LF_OR_CRLF) == 0 ? LineConvention.LF : LineConvention.LF_OR_CRLF;
    }

    boolean finalLineEndMissing(int message) {
        return (traits[message] & LINE_END_MISSING) != 0;
    }

    Set<MessageFlag> flags(int message) {
        int bits = traits[message];
        EnumSet<MessageFlag> flags = EnumSet.noneOf(MessageFlag.class);
        for (MessageFlag flag : FLAGS) {
            if ((bits & 1 << flag.ordinal()) != 0) {
                flags.add(flag);
            }
        }
        return Set.copyOf(flags);
    }

    Optional<Instant> received(int message) {
        long millis = message < received.length ? received[message] : UNKNOWN_TIME;
        return millis == UNKNOWN_TIME
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static char traitsOf(StoredMessage message) {
        int bits = 0;
        for (MessageFlag flag : message.flags()) {
            bits |= 1 << flag.ordinal();
        }
        if (message.finalLineEndMissing()) {
            bits |= LINE_END_MISSING;
        }
        if (message.lines() == LineConvention.LF_OR_CRLF) {
            bits |= LF_OR_CRLF;
        }
        return (char) bits;
    }
}
