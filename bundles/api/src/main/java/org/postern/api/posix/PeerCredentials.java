package org.postern.api.posix;

/**
 * A process at the other end of a Unix socket, as the kernel noted it (struct ucred).
 *
 * @param user its effective uid then
 * @param group its effective gid then
 * @param process its pid; 0 if that is in another namespace
 */
public record PeerCredentials(long user, long group, long process) {}
