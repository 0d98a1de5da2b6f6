package org.postern.api.net;

/** What protects a connection's octets. */
public enum TlsLevel {
    /** Nothing. */
    NONE,
    /** TLS since the first octet, or since STLS. */
    ENCRYPTED,
    /** TLS in which the client has shown a certificate that was verified. */
    CLIENT_VERIFIED
}
