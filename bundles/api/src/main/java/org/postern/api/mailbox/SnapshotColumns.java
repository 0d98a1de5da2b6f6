package org.postern.api.mailbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.postern.api.storage.MailEntry;

/** Growing columns, one entry a message; written by the builder alone, after that only read. */
final class SnapshotColumns {
    private static final int INITIAL = 16;
    private static final int TYPICAL_ID = 20;
    private static final long UNKNOWN_TIME = Long.MIN_VALUE;
    // An entry's reference, its object, its name's and the array of that, on a heap below 32 GB.
    private static final int ENTRY_OCTETS = 4 + 24 + 16 + 16;
    private static final int LINE_END_MISSING = 1 << 14;
    private static final int LF_OR_CRLF = 1 << 15;
    private static final MessageFlag[] FLAGS = MessageFlag.values();

    private int count;
    private long[] octets = new long[INITIAL];
    private long[] length = new long[INITIAL];
    private char[] traits = new char[INITIAL];
    private int[] idEnd = new int[INITIAL];
    private byte[] ids = new byte[INITIAL * TYPICAL_ID];
    // As long as it is known of no message, empty.
    private long[] received = {};
    // Only one of these two groups is filled: a mailbox is one file, or its messages are files.
    private long[] separator = {};
    private long[] start = {};
    private long[] digest = {};
    private MailEntry[] entries = {};

    int count() {
        return count;
    }

    void add(StoredMessage message) {
        if (count == octets.length) {
            resize(count + (count >> 1));
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

    /** Adds the first messages of another's; to one that is empty. */
    void addFirst(SnapshotColumns other, int messages) {
        Objects.checkFromToIndex(0, messages, other.count);
        count = messages;
        octets = other.octets;
        length = other.length;
        traits = other.traits;
        idEnd = other.idEnd;
        ids = other.ids;
        received = other.received;
        separator = other.separator;
        start = other.start;
        digest = other.digest;
        entries = other.entries;
        // A copy, with room for the next ones.
        resize(messages + (messages >> 3) + INITIAL);
        int idOctets = messages == 0 ? 0 : idEnd[messages - 1];
        ids = Arrays.copyOf(ids, Math.addExact(idOctets, (idOctets >> 3) + INITIAL * TYPICAL_ID));
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
        int end = Math.addExact(from, id.length());
        if (end > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(end, Math.addExact(ids.length, ids.length >> 1)));
        }
        byte[] ascii = id.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, ids, from, ascii.length);
        idEnd[count] = end;
    }

    void trim() {
        resize(count);
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
        return octets[Objects.checkIndex(message, count)];
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
        Objects.checkIndex(message, count);
        return message == 0 ? 0 : idEnd[message - 1];
    }

    StoredAt storedAt(int message) {
        Objects.checkIndex(message, count);
        return message < entries.length && entries[message] != null
                ? new StoredAt.File(entries[message], length[message])
                : new StoredAt.Range(
                        separator[message], start[message], length[message], digest[message]);
    }

    LineConvention lines(int message) {
        return (trait(message) & LF_OR_CRLF) == 0 ? LineConvention.LF : LineConvention.LF_OR_CRLF;
    }

    boolean finalLineEndMissing(int message) {
        return (trait(message) & LINE_END_MISSING) != 0;
    }

    Set<MessageFlag> flags(int message) {
        int bits = trait(message);
        EnumSet<MessageFlag> flags = EnumSet.noneOf(MessageFlag.class);
        for (MessageFlag flag : FLAGS) {
            if ((bits & 1 << flag.ordinal()) != 0) {
                flags.add(flag);
            }
        }
        return Set.copyOf(flags);
    }

    Optional<Instant> received(int message) {
        Objects.checkIndex(message, count);
        long millis = message < received.length ? received[message] : UNKNOWN_TIME;
        return millis == UNKNOWN_TIME
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(millis));
    }

    private int trait(int message) {
        return traits[Objects.checkIndex(message, count)];
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
