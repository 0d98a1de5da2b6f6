package org.postern.mailbox.mbox.internal;

/**
 * How far a rewrite is, as its journal says it. Until it is sealed, whatever was to arrive before
 * {@code arrived} is there for good, and whatever is to arrive after it still is at its source, or
 * held in the journal.
 *
 * @param sequence counts the marks of one journal; the higher one of two is the later one
 * @param sealed whether all has arrived, so that only the file's end is still to be cut off
 * @param arrived octets that have arrived
 * @param appended where mail starts that was appended after the plan was made; negative if none was
 * @param end where that mail ends; the file's size when the plan was made if there is none
 * @param held what the journal holds of the step that begins here
 */
record Mark(long sequence, boolean sealed, long arrived, long appended, long end, Held held) {

    /**
     * The octets of one step, of which the journal has a copy because the step overwrites its own
     * source.
     *
     * @param slot 0 or 1
     * @param length 0 if none are held
     * @param checksum of them
     */
    record Held(int slot, long length, long checksum) {
        static final Held NOTHING = new Held(0, 0, 0);
    }

    /** How it begins. */
    static Mark first(long size) {
        return new Mark(1, false, 0, -1, size, Held.NOTHING);
    }

    /** A step begins. */
    Mark step(long from, Held holding) {
        return new Mark(sequence + 1, false, from, appended, end, holding);
    }

    /** All has arrived. */
    Mark seal(long octets) {
        return new Mark(sequence + 1, true, octets, appended, end, Held.NOTHING);
    }

    /** More mail was appended, up to this size; what is held stays so. */
    Mark extend(long from, long size) {
        return new Mark(sequence + 1, false, arrived, from, size, held);
    }
}
