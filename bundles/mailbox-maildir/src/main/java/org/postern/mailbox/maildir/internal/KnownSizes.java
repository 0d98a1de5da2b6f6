package org.postern.mailbox.maildir.internal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.postern.api.data.IndexDirectory;
import org.postern.api.data.NumberInput;
import org.postern.api.data.NumberOutput;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/**
 * What the messages of a Maildir measured when they were counted. A message is known again by its
 * inode, size and both times, for no program can set a ctime. Its name says nothing more: where a
 * file is renamed its ctime is another one, and it is counted once more.
 *
 * <p>As a file: six numbers that say whose they are and how many follow, and five for each.
 */
final class KnownSizes {
    /** Of no messages. */
    static final KnownSizes NONE = new KnownSizes(0, 0);

    private static final long MAGIC = 0x3153_444D_4E54_5350L;
    // Of the numbers and of how messages are counted: another version is another server's.
    private static final long VERSION = 1;
    private static final int HEAD = 6;
    private static final int EACH = 5;

    // All are on one device, as a Maildir's have to be to be renamed; by inode.
    private final long device;
    private final long[] inodes;
    private final long[] sizes;
    private final long[] modified;
    private final long[] changed;
    // Octets, twice, and one more if the last line has no end.
    private final long[] measures;

    private KnownSizes(KnownSizes of, int[] some) {
        this.device = of.device;
        this.inodes = chosen(of.inodes, some);
        this.sizes = chosen(of.sizes, some);
        this.modified = chosen(of.modified, some);
        this.changed = chosen(of.changed, some);
        this.measures = chosen(of.measures, some);
    }

    private static long[] chosen(long[] of, int[] some) {
        return Arrays.stream(some).mapToLong(at -> of[at]).toArray();
    }

    private KnownSizes(long device, int count) {
        this.device = device;
        this.inodes = new long[count];
        this.sizes = new long[count];
        this.modified = new long[count];
        this.changed = new long[count];
        this.measures = new long[count];
    }

    /**
     * Of messages that have been counted; without those that could be written to without a trace.
     *
     * @param begun when the first of them was looked at, in nanoseconds since the epoch
     */
    static KnownSizes of(List<Candidate> counted, long begun) {
        if (counted.isEmpty()) {
            return NONE;
        }
        long device = counted.get(0).status.device();
        Candidate[] kept =
                counted.stream()
                        .filter(message -> message.status.device() == device)
                        .filter(message -> message.isSettled(begun))
                        .toArray(Candidate[]::new);
        Arrays.sort(kept, Comparator.comparingLong(message -> message.status.inode()));
        KnownSizes known = new KnownSizes(device, kept.length);
        for (int i = 0; i < kept.length; i++) {
            FileStatus status = kept[i].status;
            MessageSizes.Measure measure = kept[i].measure.orElseThrow();
            known.inodes[i] = status.inode();
            known.sizes[i] = status.size();
            known.modified[i] = status.modifiedNanos();
            known.changed[i] = status.changedNanos();
            known.measures[i] = measure.octets() << 1 | (measure.finalLineEndMissing() ? 1 : 0);
        }
        return known;
    }

    /** Those of files whose content and status have not changed since. */
    KnownSizes unchangedSince(long nanos) {
        return new KnownSizes(
                this, IntStream.range(0, count()).filter(at -> changed[at] <= nanos).toArray());
    }

    int count() {
        return inodes.length;
    }

    /** Octets of memory. */
    long memory() {
        return (long) EACH * Long.BYTES * count();
    }

    /** Whether they are of the device that a Maildir is on. */
    boolean areOn(KnownMaildirs.Place place) {
        return device == place.device();
    }

    /** What a file measures that looks so, if that is known. */
    Optional<MessageSizes.Measure> find(FileStatus message) {
        int at = Arrays.binarySearch(inodes, message.inode());
        boolean same =
                at >= 0
                        && message.device() == device
                        && message.size() == sizes[at]
                        && message.modifiedNanos() == modified[at]
                        && message.changedNanos() == changed[at];
        return same
                ? Optional.of(
                        new MessageSizes.Measure(
                                sizes[at], measures[at] >> 1, (measures[at] & 1) != 0))
                : Optional.empty();
    }

    /** How many numbers they are in a file. */
    static long numbers(long messages) {
        return HEAD + EACH * messages;
    }

    /** Writes them into a file. */
    void write(NumberOutput out, KnownMaildirs.Place place) throws PosixException {
        out.put(MAGIC).put(VERSION).put(place.device()).put(place.inode());
        out.put(place.accountDigest()).put(count());
        for (int i = 0; i < count(); i++) {
            out.put(inodes[i]).put(sizes[i]).put(modified[i]).put(changed[i]).put(measures[i]);
        }
    }

    /**
     * Reads them from a file.
     *
     * @param size the file's octets
     * @param place whose they should be
     * @param mostMessages that are worth it
     * @return empty if it is damaged, or another Maildir's or version's
     */
    static Optional<KnownSizes> read(
            NumberInput in, long size, KnownMaildirs.Place place, int mostMessages)
            throws PosixException {
        boolean own =
                in.next() == MAGIC
                        && in.next() == VERSION
                        && in.next() == place.device()
                        && in.next() == place.inode()
                        && in.next() == place.accountDigest();
        long count = own ? in.next() : 0;
        if (count <= 0 || count > mostMessages || size != IndexDirectory.size(numbers(count))) {
            return Optional.empty();
        }
        KnownSizes known = new KnownSizes(place.device(), (int) count);
        boolean possible = true;
        for (int i = 0; i < count && possible; i++) {
            known.inodes[i] = in.next();
            known.sizes[i] = in.next();
            known.modified[i] = in.next();
            known.changed[i] = in.next();
            known.measures[i] = in.next();
            possible =
                    (i == 0 || known.inodes[i] >= known.inodes[i - 1])
                            && MessageSizes.isPossible(known.sizes[i], known.measures[i] >> 1);
        }
        return possible ? in.end().map(checksum -> known) : Optional.empty();
    }
}
