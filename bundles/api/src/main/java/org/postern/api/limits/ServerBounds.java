package org.postern.api.limits;

/**
 * What all sessions together may use.
 *
 * @param maxOctetsInFlight octets that wait for clients to read them, in all connections; beyond, a
 *     connection is written to only when none of its own are waiting. Positive
 * @param maxLogLines lines of one kind (failed logins, refused connections, troubles) in the
 *     session log in ten seconds; the others are counted. Positive
 */
public record ServerBounds(long maxOctetsInFlight, int maxLogLines) {

    /**
     * @throws IllegalArgumentException if not positive
     */
    public ServerBounds {
        if (maxOctetsInFlight <= 0 || maxLogLines <= 0) {
            throw new IllegalArgumentException("bounds are positive");
        }
    }
}
