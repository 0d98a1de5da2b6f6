package org.postern.api.session;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;

/**
 * The record of one session, kept by whoever carries its connection. Each call publishes its event
 * and keeps {@link #info} and the totals. After {@link #closed} calls do nothing.
 */
@ProviderType
public interface Session {
    /** As it stands now. */
    SessionInfo info();

    /**
     * The connection is encrypted from now on.
     *
     * @param version such as {@code TLSv1.3}
     */
    void encrypted(TlsLevel level, String version);

    /**
     * A login failed.
     *
     * @param typed the name, if the client came to say one
     */
    void loginFailed(Optional<UserName> typed, String reason);

    /** A login succeeded. */
    void loggedIn(Account account);

    /** The mailbox is open. */
    void mailboxOpened(int messages, long octets);

    /** A message was sent; {@code retrieved} if it was asked for whole and sent whole. */
    void messageSent(long octets, boolean retrieved);

    /** Messages were removed. */
    void expunged(int deleted, long deletedOctets, int left, long leftOctets);

    /** The session ended; the first call counts. Called by the connection's carrier alone. */
    void closed(SessionEnd end, String detail);
}
