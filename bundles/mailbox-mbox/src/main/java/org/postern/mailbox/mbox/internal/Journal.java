package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.api.data.NumberInput;
import org.postern.api.data.NumberOutput;
import org.postern.api.hash.Checksum;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.PosixException;

/**
 * One rewrite's journal, open: the plan, samples of the mailbox, marks of how far it is, and the
 * octets of one step where a step overwrites its own source. Nothing else of anybody's mail.
 *
 * <p>Two marks and two steps' octets have a place each, and the next goes where the last but one
 * was: one that is torn leaves the one before, which is still true as long as nothing of the next
 * step is written. A mark is there twice, so that one that was whole and lost an octet since is not
 * taken for torn. All numbers have 64 bits, little-endian, with checksums.
 */
final class Journal implements AutoCloseable {
    private static final long MAGIC = 0x314A_4252_4E54_5350L;
    private static final int MARK_PLACE = 4096;
    private static final int MARK_COPIES = 2;
    private static final int COPY_PLACE = MARK_PLACE / MARK_COPIES;
    private static final int PLAN_PLACE = 2 * MARK_PLACE;
    // A plan has a range for each message that stays, and no mailbox of this format has more.
    private static final long MOST_MOVES = 100_000_000;
    private static final int MOST_SAMPLES = 1_000;

    private final FileHandle file;
    private final BlockBuffers buffers;
    private final Content content;
    private Mark mark;
    // A later one, what it holds is torn.
    private Optional<Mark> torn = Optional.empty();

    /**
     * What does not change.
     *
     * @param plan as it was at first
     * @param samples of what is kept
     * @param tail of the file's end
     * @param seal written behind the mail when all has arrived: while it is there, the file's end
     *     is still to be cut off. No mailbox has such an octet where a message could begin
     * @param blockSize octets that a step may hold
     */
    record Content(
            RewritePlan plan, List<Sample> samples, Sample tail, long seal, long blockSize) {}

    private record Read(Content content, long checksum, long end) {}

    private final long planChecksum;
    private final long blocks;

    private Journal(FileHandle file, Read read, Mark mark, BlockBuffers buffers) {
        this.file = file;
        this.content = read.content();
        this.planChecksum = read.checksum();
        this.blocks = (read.end() + MARK_PLACE - 1) / MARK_PLACE * MARK_PLACE;
        this.mark = mark;
        this.buffers = buffers;
    }

    /**
     * Writes a new one.
     *
     * @param file empty; closed with the journal, or by this if it fails
     * @param mailbox whose it is
     */
    static Journal write(FileHandle file, FileStatus mailbox, Content content, BlockBuffers buffers)
            throws PosixException {
        ByteBuffer block = buffers.take();
        boolean written = false;
        try {
            NumberOutput out = new NumberOutput(file, PLAN_PLACE, block);
            out.put(MAGIC).put(mailbox.device()).put(mailbox.inode());
            out.put(content.seal()).put(content.blockSize());
            out.put(content.plan().size()).put(content.plan().moves().size());
            for (RewritePlan.Move move : content.plan().moves()) {
                out.put(move.from()).put(move.to()).put(move.length());
            }
            out.put(content.samples().size());
            for (Sample sample : content.samples()) {
                put(sample, out);
            }
            put(content.tail(), out);
            long checksum = out.end();
            Read read = new Read(content, checksum, out.position());
            Journal journal = new Journal(file, read, Mark.first(mailbox.size()), buffers);
            journal.writeMark();
            written = true;
            return journal;
        } finally {
            buffers.giveBack(block);
            if (!written) {
                file.close();
            }
        }
    }

    /**
     * Reads one that a rewrite left.
     *
     * @param file closed with the journal, or by this if there is none
     * @param mailbox whose it should be
     * @return empty if it is damaged, or another mailbox's
     */
    static Optional<Journal> read(FileHandle file, FileStatus mailbox, BlockBuffers buffers)
            throws PosixException {
        boolean understood = false;
        try {
            Optional<Read> read = readContent(file, mailbox, buffers);
            if (read.isEmpty()) {
                return Optional.empty();
            }
            Journal journal = new Journal(file, read.get(), Mark.first(0), buffers);
            understood = journal.readMarks();
            return understood ? Optional.of(journal) : Optional.empty();
        } finally {
            if (!understood) {
                file.close();
            }
        }
    }

    private static Optional<Read> readContent(
            FileHandle file, FileStatus mailbox, BlockBuffers buffers) throws PosixException {
        FileStatus status = file.status();
        ByteBuffer block = buffers.take();
        try {
            NumberInput in = new NumberInput(file, PLAN_PLACE, block);
            boolean known = in.next() == MAGIC;
            // The disk may have another number since: whose this is, Journals and Mending know.
            var unused = in.next();
            if (!known || in.next() != mailbox.inode()) {
                return Optional.empty();
            }
            long seal = in.next();
            long blockSize = in.next();
            long size = in.next();
            long count = in.next();
            // Before memory is taken for it.
            if (count < 1 || count > MOST_MOVES || count > status.size() / Long.BYTES) {
                return Optional.empty();
            }
            List<RewritePlan.Move> moves = new ArrayList<>((int) count);
            for (long i = 0; i < count; i++) {
                moves.add(new RewritePlan.Move(in.next(), in.next(), in.next()));
            }
            long sampled = in.next();
            if (sampled < 0 || sampled > MOST_SAMPLES) {
                return Optional.empty();
            }
            List<Sample> samples = new ArrayList<>();
            for (long i = 0; i < sampled; i++) {
                samples.add(sample(in));
            }
            Sample tail = sample(in);
            Optional<Long> checksum = in.end();
            RewritePlan plan = new RewritePlan(moves, size);
            if (checksum.isEmpty()
                    || blockSize < 0
                    || !plan.isSound()
                    || !tail.isSound()
                    || !samples.stream().allMatch(sample -> sample.isOf(plan))) {
                return Optional.empty();
            }
            Content content = new Content(plan, samples, tail, seal, blockSize);
            return Optional.of(new Read(content, checksum.get(), in.position()));
        } finally {
            buffers.giveBack(block);
        }
    }

    private static void put(Sample sample, NumberOutput out) throws PosixException {
        out.put(sample.at()).put(sample.length()).put(sample.checksum());
    }

    private static Sample sample(NumberInput in) throws PosixException {
        return new Sample(in.next(), (int) in.next(), in.next());
    }

    Content content() {
        return content;
    }

    Mark mark() {
        return mark;
    }

    /** The plan as it is now, with what was appended. */
    RewritePlan plan() {
        return plan(mark);
    }

    private RewritePlan plan(Mark at) {
        return at.appended() < 0
                ? content.plan()
                : content.plan().extended(at.appended(), at.end());
    }

    /** Says how far it is from now on. */
    void mark(Mark next) throws PosixException {
        mark = next;
        writeMark();
    }

    private void writeMark() throws PosixException {
        ByteBuffer block = buffers.take();
        try {
            for (int copy = 0; copy < MARK_COPIES; copy++) {
                NumberOutput out = new NumberOutput(file, markPlace(mark.sequence(), copy), block);
                // The plan's checksum: a mark of another journal is none of this one's.
                out.put(planChecksum).put(mark.sequence()).put(mark.sealed() ? 1 : 0);
                out.put(mark.arrived()).put(mark.appended()).put(mark.end());
                Mark.Held held = mark.held();
                out.put(held.slot()).put(held.length()).put(held.checksum());
                out.end();
            }
        } finally {
            buffers.giveBack(block);
        }
    }

    private static long markPlace(long sequence, int copy) {
        return sequence % 2 * MARK_PLACE + (long) copy * COPY_PLACE;
    }

    private boolean readMarks() throws PosixException {
        Optional<Mark> even = readMark(0);
        Optional<Mark> odd = readMark(1);
        boolean later =
                odd.isPresent() && (even.isEmpty() || odd.get().sequence() > even.get().sequence());
        Optional<Mark> last = later ? odd : even;
        Optional<Mark> before = later ? even : odd;
        Optional<Mark> whole = last;
        if (last.isPresent() && !holds(last.get().held())) {
            torn = last;
            whole = before.filter(it -> it.sequence() == last.get().sequence() - 1);
        }
        if (whole.isEmpty() || !holds(whole.get().held())) {
            return false;
        }
        mark = whole.get();
        return isSound(mark) && (torn.isEmpty() || isSound(torn.get()));
    }

    private boolean isSound(Mark read) {
        return read.end() >= content.plan().end()
                && read.appended() <= read.end()
                && read.arrived() >= 0
                && read.arrived() + read.held().length() <= plan(read).octets();
    }

    // The copy that was written first may be a later one.
    private Optional<Mark> readMark(int place) throws PosixException {
        Optional<Mark> last = Optional.empty();
        for (int copy = 0; copy < MARK_COPIES; copy++) {
            Optional<Mark> read = readMarkAt(markPlace(place, copy));
            if (read.isPresent()
                    && (last.isEmpty() || read.get().sequence() > last.get().sequence())) {
                last = read;
            }
        }
        return last;
    }

    private Optional<Mark> readMarkAt(long place) throws PosixException {
        ByteBuffer block = buffers.take();
        try {
            NumberInput in = new NumberInput(file, place, block);
            long checksum = in.next();
            long sequence = in.next();
            boolean sealed = in.next() == 1;
            long arrived = in.next();
            long appended = in.next();
            long end = in.next();
            long slot = in.next();
            Mark.Held held = new Mark.Held((int) slot & 1, in.next(), in.next());
            boolean whole = in.end().isPresent() && checksum == planChecksum;
            return whole
                    ? Optional.of(new Mark(sequence, sealed, arrived, appended, end, held))
                    : Optional.empty();
        } finally {
            buffers.giveBack(block);
        }
    }

    /**
     * Whether nothing of a step was written whose held octets are torn, so that the mark before it
     * is true: then they still are where they were taken from.
     *
     * @param mailbox no shorter than the mark says
     */
    boolean isMarkTrue(FileHandle mailbox) throws PosixException {
        if (torn.isEmpty()) {
            return true;
        }
        Mark later = torn.get();
        Sources sources = new Sources(plan(later), later.arrived());
        Checksum checksum = new Checksum();
        ByteBuffer block = buffers.take();
        try {
            for (long left = later.held().length(); left > 0; left -= block.limit()) {
                block.clear().limit((int) Math.min(block.capacity(), left));
                sources.read(mailbox, block);
                checksum.add(block.flip().duplicate(), 0, block.limit());
            }
            return checksum.value() == later.held().checksum();
        } finally {
            buffers.giveBack(block);
        }
    }

    private boolean holds(Mark.Held held) throws PosixException {
        if (held.length() == 0) {
            return true;
        }
        if (held.length() < 0 || held.length() > content.blockSize()) {
            return false;
        }
        ByteBuffer block = buffers.take();
        try {
            Checksum checksum = new Checksum();
            for (long done = 0; done < held.length(); done += block.limit()) {
                if (!readHeld(held, done, block)) {
                    return false;
                }
                checksum.add(block.duplicate(), 0, block.limit());
            }
            return checksum.value() == held.checksum();
        } finally {
            buffers.giveBack(block);
        }
    }

    /**
     * Takes a copy of what a step is about to overwrite.
     *
     * @param sources of the step's octets
     * @param length how many
     */
    Mark.Held hold(FileHandle mailbox, Sources sources, long length) throws PosixException {
        int slot = mark.held().length() > 0 ? 1 - mark.held().slot() : 0;
        Checksum checksum = new Checksum();
        ByteBuffer block = buffers.take();
        try {
            for (long done = 0; done < length; ) {
                block.clear().limit((int) Math.min(block.capacity(), length - done));
                sources.read(mailbox, block);
                checksum.add(block.flip().duplicate(), 0, block.limit());
                int octets = block.remaining();
                file.write(block, blockPlace(slot) + done);
                done += octets;
            }
            return new Mark.Held(slot, length, checksum.value());
        } finally {
            buffers.giveBack(block);
        }
    }

    /** Fills a block with what is held, from an octet on; flipped. False if the file is cut. */
    boolean readHeld(Mark.Held held, long from, ByteBuffer block) throws PosixException {
        block.clear().limit((int) Math.min(block.capacity(), held.length() - from));
        while (block.hasRemaining()) {
            if (file.read(block, blockPlace(held.slot()) + from + block.position()) < 0) {
                return false;
            }
        }
        block.flip();
        return true;
    }

    private long blockPlace(int slot) {
        return blocks + slot * content.blockSize();
    }

    /** Brings all that was written to stable storage. */
    void sync() throws PosixException {
        file.sync();
    }

    /** Fails as a file does that became shorter meanwhile. */
    static PosixException cut() {
        return new PosixException("pread at the end of a file that became shorter", Errno.EIO);
    }

    @Override
    public void close() {
        file.close();
    }
}
