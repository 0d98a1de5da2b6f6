package org.postern.api.auth;

/** How the client proved itself, by its SASL name (RFC 4422) or the protocol's own. */
public enum Mechanism {
    /** A protocol's own password command: POP3's USER and PASS, IMAP's LOGIN. */
    PASSWORD,
    PLAIN,
    LOGIN,
    SCRAM_SHA_256,
    SCRAM_SHA_256_PLUS,
    OAUTHBEARER,
    XOAUTH2,
    EXTERNAL
}
