package org.postern.api.mailbox;

/**
 * What {@link Mailbox#expunge} did; octets as sent, CRLF counted.
 *
 * @param deleted messages removed
 * @param deletedOctets their octets
 * @param left messages of the snapshot that are left
 * @param leftOctets their octets
 */
public record Expunged(int deleted, long deletedOctets, int left, long leftOctets) {}
