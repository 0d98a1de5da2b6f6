package org.postern.mailbox.maildir.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileName;

/**
 * Unique-ids from base names, as qmail's POP3 server gives them, so that they need no store and
 * stay when flags and directories change. A base that RFC 1939 does not admit is hashed; the dot in
 * front keeps it apart from every real base, because a name with a leading dot is no message.
 */
final class UniqueIds {
    private static final String HASHED = ".";
    private static final int HASH_OCTETS = 16;

    private UniqueIds() {}

    static UniqueId of(FileName base) {
        String text = MaildirName.text(base);
        return UniqueId.isFit(text) ? new UniqueId(text) : hashed(base.octets(), "");
    }

    /**
     * Of a second file with a base that is taken, which no delivery agent makes but a careless
     * restore does.
     */
    static UniqueId ofCopy(FileName base, long inode) {
        // No base has a slash, so this cannot be the hash of another one.
        return hashed(base.octets(), "/" + inode);
    }

    /** Of a file whose base is the id that a list has for another one. */
    static UniqueId ofTaken(FileName base) {
        return hashed(base.octets(), "");
    }

    private static UniqueId hashed(byte[] base, String suffix) {
        MessageDigest digest = sha256();
        digest.update(base);
        byte[] hash = digest.digest(suffix.getBytes(StandardCharsets.US_ASCII));
        return new UniqueId(HASHED + HexFormat.of().formatHex(hash, 0, HASH_OCTETS));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
