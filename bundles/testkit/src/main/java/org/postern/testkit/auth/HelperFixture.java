package org.postern.testkit.auth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.postern.api.auth.Account;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.helper.HelperStatus;

/** A backend that asks a {@link ManualHelper}. */
public final class HelperFixture implements AuthenticatorFixture {
    private final Authenticator authenticator;
    private final ManualHelper helper;
    private final String name;

    /**
     * @param authenticator the backend, the helper bound
     * @param name the backend's name
     */
    public HelperFixture(Authenticator authenticator, ManualHelper helper, String name) {
        this.authenticator = authenticator;
        this.helper = helper;
        this.name = name;
    }

    /** How long the helper gets for a request with this deadline, asked under the right name. */
    public Duration deadlineFor(Duration deadline) {
        authenticator.authenticate(request(name(), new Secret(password()), deadline)).cancel();
        if (!helper.backend().equals(name)) {
            throw new AssertionError("asked as " + helper.backend());
        }
        return helper.request().deadline();
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public UserName name() {
        return ManualHelper.NAME;
    }

    @Override
    public byte[] password() {
        return ManualHelper.PASSWORD.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Account account() {
        return new Account(name(), name);
    }

    @Override
    public void pass(Duration time) {
        helper.time().advance(time);
    }

    @Override
    public void breakDown() {
        helper.status(new HelperStatus(false, Set.of(), "nobody listens"));
    }

    @Override
    public void close() {
        pass(Duration.ofMinutes(1));
        if (helper.mailHeld() != 0) {
            throw new AssertionError(helper.mailHeld() + " ways to mail are left over");
        }
    }
}
