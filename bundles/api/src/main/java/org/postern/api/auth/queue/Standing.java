package org.postern.api.auth.queue;

/** What a source did of late. The better ones come first here, as they do when there is no room. */
enum Standing {
    /** Somebody logged in from there, and hardly anybody failed. */
    GOOD,
    /** Nothing is known. */
    UNKNOWN,
    /** Somebody failed to log in from there. */
    FAILED
}
