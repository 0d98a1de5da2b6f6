package org.postern.hostile;

/** What one connection of a {@link Swarm} does. Called on the swarm's thread. */
interface Peer {
    /** It is connected, and encrypted where the options want that. */
    default void connected(Wire wire) {}

    /** A line of the server's, without its end, of bounded length. */
    default void line(Wire wire, String line) {}

    /** All that was sent has left. */
    default void drained(Wire wire) {}

    /** Once in every turn of the swarm, some milliseconds apart. */
    default void turn(Wire wire, long now) {}

    /** It is over, by the server or by a failure; not by {@link Wire#reset}. */
    default void closed(Wire wire) {}
}
