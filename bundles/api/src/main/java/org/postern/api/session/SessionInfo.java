package org.postern.api.session;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
import org.postern.api.auth.Account;
import org.postern.api.net.TlsLevel;

/**
 * A session as it stands at one moment.
 *
 * @param id its name
 * @param protocol such as {@code pop3}
 * @param listener the name of the listener that accepted it
 * @param source the client's address (behind a trusted proxy, what the proxy says), resolved
 * @param local the address that the client connected to, resolved
 * @param tls what protects it
 * @param tlsVersion such as {@code TLSv1.3}; empty while nothing protects it
 * @param since when it was accepted
 * @param account who is logged in, if anybody
 */
public record SessionInfo(
        SessionId id,
        String protocol,
        String listener,
        InetSocketAddress source,
        InetSocketAddress local,
        TlsLevel tls,
        String tlsVersion,
        Instant since,
        Optional<Account> account) {

    /** The same session after a login. */
    public SessionInfo withAccount(Account vouchedFor) {
        return new SessionInfo(
                id,
                protocol,
                listener,
                source,
                local,
                tls,
                tlsVersion,
                since,
                Optional.of(vouchedFor));
    }

    /** The same session after a change of its encryption. */
    public SessionInfo withTls(TlsLevel level, String version) {
        return new SessionInfo(
                id, protocol, listener, source, local, level, version, since, account);
    }
}
