package org.postern.api.storage;

/** The directories of a Maildir that a storage reaches. */
public enum MailDirectory {
    /** The Maildir itself, for what other servers keep there (dovecot-uidlist). */
    ROOT,
    /** Delivered, not seen by a client yet. */
    NEW,
    /** Seen by a client; names carry flags. */
    CUR,
    /** Being delivered. */
    TMP
}
