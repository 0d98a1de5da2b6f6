package org.postern.api.storage;

/**
 * Where an account's mail is, for a storage that takes paths: only from configuration, never from a
 * client.
 *
 * @param format a mailbox format's name: {@code mbox} or {@code maildir}
 * @param base an absolute directory that the operator chose; links in it are followed
 * @param path below the base, or empty for the base itself: components divided by slashes, of which
 *     none is ".", ".." or a link
 */
public record MailLocation(String format, String base, String path) {}
