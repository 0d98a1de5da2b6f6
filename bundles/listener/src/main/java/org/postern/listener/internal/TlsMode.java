package org.postern.listener.internal;

/** How a listener's connections come to be encrypted. */
enum TlsMode {
    /** Not at all. */
    NONE,
    /** When the client asks for it, by STLS (RFC 2595). */
    STARTTLS,
    /** From the first octet on (RFC 8314). */
    IMPLICIT
}
