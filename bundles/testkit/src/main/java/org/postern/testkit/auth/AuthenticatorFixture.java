package org.postern.testkit.auth;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.postern.api.auth.Account;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;

/** A backend under test, with one user, and the means to let its time pass and to break it. */
public interface AuthenticatorFixture extends AutoCloseable {
    /** The backend. */
    Authenticator authenticator();

    /** The one user's name as typed, of two octets or more. */
    UserName name();

    /** A fresh copy of that user's password, of at most 8 octets and more than one. */
    byte[] password();

    /** Who that user is. */
    Account account();

    /**
     * Lets this much time pass for everything of the backend's (clock, timers, workers), and
     * returns when what fell due has been done.
     */
    void pass(Duration time);

    /** From now on the backend cannot tell: its file, server or helper is gone. */
    void breakDown();

    /** A request of that user by password. */
    default AuthenticationRequest request(UserName name, Secret secret, Duration deadline) {
        return new AuthenticationRequest(
                Mechanism.PASSWORD,
                name,
                Optional.empty(),
                secret,
                new InetSocketAddress("198.51.100.7", 40000),
                new InetSocketAddress("192.0.2.1", 110),
                TlsLevel.NONE,
                deadline);
    }

    @Override
    void close();
}
