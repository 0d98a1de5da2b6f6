package org.postern.api.auth;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.postern.api.net.TlsLevel;

/**
 * One attempt to log in.
 *
 * @param mechanism how the client proves itself
 * @param name as typed
 * @param secret the password or token; wiped by who asked, when the answer is there
 * @param source the client's address: a claim for logs and rules, never an authorisation
 * @param local the address that the client connected to (virtual hosting)
 * @param tls what protects the connection
 * @param deadline how long the answer may take; after it a backend answers Unavailable
 */
public record AuthenticationRequest(
        Mechanism mechanism,
        UserName name,
        Secret secret,
        InetSocketAddress source,
        InetSocketAddress local,
        TlsLevel tls,
        Duration deadline) {}
