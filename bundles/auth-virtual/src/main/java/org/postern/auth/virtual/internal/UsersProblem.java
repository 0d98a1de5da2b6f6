package org.postern.auth.virtual.internal;

/** Why a users file was refused; nothing of its content. */
final class UsersProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * @param line from 1, or 0 where it is the file as a whole
     */
    UsersProblem(int line, String reason) {
        super(reason);
        this.line = line;
    }

    /** {@code file: reason}, or {@code file:line: reason}. */
    String describe(String file) {
        return line == 0 ? file + ": " + getMessage() : file + ":" + line + ": " + getMessage();
    }
}
