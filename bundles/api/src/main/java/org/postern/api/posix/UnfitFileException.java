package org.postern.api.posix;

/**
 * Why a {@link GuardedFile} was not read; the message says what is wrong and what would be right.
 */
public final class UnfitFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean missing;

    /**
     * @param problem such as {@code it is not a regular file}
     */
    public UnfitFileException(String problem) {
        this(problem, false);
    }

    UnfitFileException(String problem, boolean missing) {
        super(problem);
        this.missing = missing;
    }

    /** Whether there is no such file, so that somebody has to make it. */
    public boolean isMissing() {
        return missing;
    }
}
