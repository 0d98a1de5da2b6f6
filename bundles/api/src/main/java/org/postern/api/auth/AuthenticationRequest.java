package org.postern.api.auth;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.net.TlsLevel;

/**
 * One attempt to log in.
 *
 * @param mechanism how the password came: one of {@link Mechanism#WITH_PASSWORD}
 * @param name as typed
 * @param authorization whose mail is asked for, where that is another one than {@code name} (SASL's
 *     authorization identity): accepted only if the account may act for that one, and then as that
 *     one's account. A backend that knows of no such right may ignore it: the chain checks whose
 *     account it got.
 * @param secret the password; wiped by who asked, when the answer is there
 * @param source the client's address: a claim for logs and rules, never an authorisation
 * @param local the address that the client connected to (virtual hosting)
 * @param tls what protects the connection
 * @param deadline how long the answer may take; after it a backend answers Unavailable
 */
public record AuthenticationRequest(
        Mechanism mechanism,
        UserName name,
        Optional<UserName> authorization,
        Secret secret,
        InetSocketAddress source,
        InetSocketAddress local,
        TlsLevel tls,
        Duration deadline) {
    /** The same with another deadline. */
    public AuthenticationRequest within(Duration other) {
        return new AuthenticationRequest(
                mechanism, name, authorization, secret, source, local, tls, other);
    }
}
