package org.postern.benchmarks.suite;

import java.io.IOException;

/** One that is compared: running, with its own mail. */
interface Server {
    /** In tables. */
    String name();

    /** On 127.0.0.1. */
    int port();

    /** The accounts' names, with %d for the number. */
    default String users() {
        return "u%d";
    }

    ControlGroup group();

    Mailboxes mailboxes();

    /** Forgets what it has noted of mailboxes, as if it had never seen them. */
    default void forget() throws IOException, InterruptedException {}

    /** Ends its processes. */
    default void stop() throws IOException, InterruptedException {
        group().end();
    }
}
