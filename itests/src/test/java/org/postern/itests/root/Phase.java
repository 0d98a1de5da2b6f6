package org.postern.itests.root;

/** Where a session stands when something is killed. */
enum Phase {
    /** Greeted; the helper knows nothing of it. */
    CONNECTED,
    /** The helper's checker is at work. */
    CHECKING,
    /** There is an agent, and the server has not heard of it. */
    ACCEPTED,
    /** Logged in. */
    OPENED,
    /** In the middle of a large message. */
    RETRIEVING,
    /** The server moves what is kept over what is deleted, under both locks. */
    REWRITING,
    /** QUIT has been sent, with nothing to do. */
    CLOSING
}
