package org.postern.testkit.auth;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.auth.Account;
import org.postern.api.auth.AccountLookup;
import org.postern.api.auth.AccountRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;

/** A look-up under test, with one user, and the means to let its time pass and to break it. */
public interface AccountLookupFixture extends AutoCloseable {
    /** The look-up. */
    AccountLookup lookup();

    /** A mechanism that it serves. */
    Mechanism mechanism();

    /** The one user's name, of two octets or more; he may act for nobody else. */
    UserName name();

    /** Who that user is. */
    Account account();

    /** Lets this much time pass for everything of the backend's, and returns afterwards. */
    void pass(Duration time);

    /** From now on the backend cannot tell: its file, server or helper is gone. */
    void breakDown();

    /** A request by the mechanism. */
    default AccountRequest request(
            UserName name, Optional<UserName> authorization, Duration deadline) {
        return new AccountRequest(
                mechanism(),
                name,
                authorization,
                new InetSocketAddress("198.51.100.7", 40000),
                new InetSocketAddress("192.0.2.1", 110),
                TlsLevel.ENCRYPTED,
                deadline);
    }

    @Override
    void close();
}
