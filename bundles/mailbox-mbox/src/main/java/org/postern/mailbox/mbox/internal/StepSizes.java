package org.postern.mailbox.mbox.internal;

/**
 * How a rewrite is cut into steps, in octets.
 *
 * @param least a step without a copy in the journal is at least so long, or the last one
 * @param most a step without a copy is at most so long
 * @param held a step with a copy is at most so long
 */
record StepSizes(long least, long most, long held) {
    /**
     * Two syncs a step cost more than writing some megabytes twice; the journal is two such blocks
     * large at most.
     */
    private static final StepSizes POWER = new StepSizes(8L << 20, 256L << 20, 8L << 20);

    /** A mark is one small write. */
    private static final StepSizes PROCESS = new StepSizes(64L << 10, 256L << 20, 1L << 20);

    static StepSizes of(MboxSettings.Durability durability) {
        return durability == MboxSettings.Durability.POWER ? POWER : PROCESS;
    }
}
