package org.postern.api.posix;

/** Which of Linux's lock families a lock is taken in. They do not conflict with each other. */
public enum LockKind {
    /**
     * F_OFD_SETLK on the whole file: conflicts with other programs' fcntl locks, but belongs to the
     * open file description, so that two sessions of one process exclude each other as well.
     */
    FCNTL,
    /** flock(2). */
    FLOCK
}
