package org.postern.itests.root;

/** Where a session stands when something is killed. */
enum Phase {
    /** Greeted; the helper knows nothing of it. */
    CONNECTED,
    /** LOGIN has been sent; the helper's checker waits, as too many others are at work. */
    QUEUED,
    /** The helper's checker is at work. */
    CHECKING,
    /** There is an agent, and the server has not heard of it. */
    ACCEPTED,
    /** Logged in. */
    OPENED,
    /** In the middle of a large message. */
    RETRIEVING,
    /** The server has both locks for its update, and has not written anything. */
    LOCKED,
    /** The server moves what is kept over what is deleted, under both locks. */
    REWRITING,
    /** The last few messages are moved, after which the file is cut. */
    CUTTING,
    /** QUIT has been sent, with nothing to do. */
    CLOSING;

    /** Whether the server ends an update in it without the helper. */
    boolean isUpdate() {
        return this == LOCKED || this == REWRITING || this == CUTTING;
    }
}
