package org.postern.api.mailbox;

import org.postern.api.storage.MailEntry;

/** Where a message's octets are. Enough to find it again after its format was replaced. */
public sealed interface StoredAt {

    /**
     * A range of the one mailbox file.
     *
     * @param separator offset of the line that starts it ("From ")
     * @param start offset of the first octet of the message
     * @param length stored octets of the message
     * @param digest 64 bits over what identifies it, compared when it is verified
     */
    record Range(long separator, long start, long length, long digest) implements StoredAt {}

    /**
     * A file.
     *
     * @param entry its name when it was seen; its flags and directory may change since
     * @param size stored octets
     */
    record File(MailEntry entry, long size) implements StoredAt {}
}
