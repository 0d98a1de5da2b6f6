package org.postern.api.auth;

/**
 * Whether a backend can do its work.
 *
 * @param usable whether a login could be accepted now
 * @param detail what it serves, or what is wrong and what to do; one line
 */
public record AuthenticatorStatus(boolean usable, String detail) {}
