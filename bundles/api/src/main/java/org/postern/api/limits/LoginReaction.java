package org.postern.api.limits;

import java.time.Duration;

/**
 * What follows from a failed login.
 *
 * @param delay how much longer than the backend took the answer is held back
 * @param close whether the connection is closed after the answer
 */
public record LoginReaction(Duration delay, boolean close) {}
