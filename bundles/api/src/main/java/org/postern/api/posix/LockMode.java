package org.postern.api.posix;

/** How a file is locked. */
public enum LockMode {
    /** For reading: any number may hold it. */
    SHARED,
    /** For writing: one alone; with {@link LockKind#FCNTL} the handle must be open for writing. */
    EXCLUSIVE
}
