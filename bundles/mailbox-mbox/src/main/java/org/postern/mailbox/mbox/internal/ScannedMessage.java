package org.postern.mailbox.mbox.internal;

import java.util.Optional;

/**
 * A message as the scanner found it.
 *
 * @param separator offset of its From line
 * @param start offset of its first octet
 * @param body offset of its body; where it ends if it has none
 * @param length its stored octets
 * @param octets as sent, each LF two
 * @param lineEndMissing whether its last line has no LF; the file's last message alone
 * @param headerDigest popa3d's, see {@link HeaderDigest}
 * @param identified whether that digest is over a field that no two messages share
 * @param digest over everything, for telling whether it has changed; stays the same when new mail
 *     is appended
 * @param imapUid the number that a server with IMAP gave it, or 0
 * @param imapBase what such numbers count from, where its header says it
 */
record ScannedMessage(
        long separator,
        long start,
        long body,
        long length,
        long octets,
        boolean lineEndMissing,
        long headerDigest,
        boolean identified,
        long digest,
        long imapUid,
        Optional<ImapBase> imapBase) {}
