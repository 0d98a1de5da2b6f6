package org.postern.api.storage;

/** What became of one entry of a batched renaming or unlinking. */
public enum EntryResult {
    DONE,
    /** There is no such file (any more). */
    MISSING,
    /** The new name is taken. */
    EXISTS,
    /** Not allowed. */
    NOT_PERMITTED,
    /** Anything else. */
    FAILED
}
