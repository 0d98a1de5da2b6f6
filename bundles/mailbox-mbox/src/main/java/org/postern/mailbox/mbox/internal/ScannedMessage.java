package org.postern.mailbox.mbox.internal;

import java.util.Optional;

/**
 * A message as the scanner found it.
 *
 * @param separator offset of its From line
 * @param start offset of its first octet
 * @param length its stored octets
 * @param octets as sent, each LF two
 * @param lineEndMissing whether its last line has no LF; the file's last message alone
 * @param headerDigest popa3d's, see {@link HeaderDigest}
 * @param identified whether that digest is over a field that no two messages share
 * @param copyDigest over the From line and the body, without the empty line that ends it: tells
 *     messages of one headerDigest apart, and stays the same when a mail program changes the header
 *     (Status, X-Status) or new mail is appended
 * @param digest over everything, for telling whether it has changed
 * @param imapUid the number that a server with IMAP gave it, or 0
 * @param imapBase what such numbers count from, where its header says it
 */
record ScannedMessage(
        long separator,
        long start,
        long length,
        long octets,
        boolean lineEndMissing,
        long headerDigest,
        boolean identified,
        long copyDigest,
        long digest,
        long imapUid,
        Optional<ImapBase> imapBase) {}
