/**
 * Encryption: certificates and keys from their files, TLS engines made of them, and one
 * connection's layer of it. Files are read on one thread of its own, handshakes' heavy parts run on
 * a few more, everything of one connection on that connection's event loop.
 */
package org.postern.listener.internal.tls;
