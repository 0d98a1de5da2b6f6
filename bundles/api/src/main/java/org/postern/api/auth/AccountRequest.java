package org.postern.api.auth;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.net.TlsLevel;

/**
 * Who is to be looked up.
 *
 * @param mechanism which proves, or will prove, that the client is the one named
 * @param name who the client is, or says to be
 * @param authorization whose mail is asked for, where that is another one (SASL's authorization
 *     identity): found only if the account may act for that one, and then as that one's account
 * @param source the client's address: a claim for logs and rules, never an authorisation
 * @param local the address that the client connected to (virtual hosting)
 * @param tls what protects the connection
 * @param deadline how long the answer may take; after it a backend answers Unavailable
 */
public record AccountRequest(
        Mechanism mechanism,
        UserName name,
        Optional<UserName> authorization,
        InetSocketAddress source,
        InetSocketAddress local,
        TlsLevel tls,
        Duration deadline) {}
