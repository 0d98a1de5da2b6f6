package org.postern.testkit.memory;

/** What a format can ask of its storage and handles. Batches count one call for each entry. */
public enum CallKind {
    OPEN_MAILBOX(false),
    OPEN_FOR_UPDATE(false),
    CREATE_MAILBOX(true),
    LIST(false),
    OPEN(false),
    OPEN_DIRECTORY(false),
    RENAME(true),
    UNLINK(true),
    CREATE(true),
    /** One of the server's own, which nobody else looks for. */
    CREATE_DIRECTORY(false),
    SYNC_DIRECTORY(false),
    STATUS(false),
    READ(false),
    WRITE(true),
    TRUNCATE(true),
    SYNC(false),
    LOCK(false),
    UNLOCK(false),
    DUPLICATE(false);

    private final boolean changesFiles;

    CallKind(boolean changesFiles) {
        this.changesFiles = changesFiles;
    }

    /** Whether it changes what another program, or the next session, finds. */
    public boolean changesFiles() {
        return changesFiles;
    }
}
