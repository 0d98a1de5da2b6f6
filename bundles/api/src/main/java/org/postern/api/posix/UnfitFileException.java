package org.postern.api.posix;

/**
 * Why a {@link GuardedFile} was not read; the message says what is wrong and what would be right.
 */
public final class UnfitFileException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param problem such as {@code it is not a regular file}
     */
    public UnfitFileException(String problem) {
        super(problem);
    }
}
