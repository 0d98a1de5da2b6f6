package org.postern.listener.internal.tls;

/** Whether clients are asked for a certificate; one that is shown and not trusted ends TLS. */
enum ClientCertificates {
    NONE,
    WANTED,
    REQUIRED
}
