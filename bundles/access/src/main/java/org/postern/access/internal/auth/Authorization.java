package org.postern.access.internal.auth;

import java.util.Optional;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.UserName;

/**
 * Whose mail a login asks for. A backend that knows nothing of acting for others may overlook the
 * wish and answer with the account of who is logging in; that one is not what was asked for, and a
 * client that believes to be in another's mail would delete from the wrong one.
 *
 * @param other another account than the one that logs in, if another one's mail is asked for
 */
record Authorization(Optional<UserName> other) {

    /** Asking for the account that one logs in as is asking for none. */
    static Authorization of(UserName name, Optional<UserName> authorization) {
        return new Authorization(authorization.filter(wanted -> !wanted.equals(name)));
    }

    /** Whether an acceptance is for the account asked for; one that is not is closed. */
    boolean allows(Accepted accepted) {
        boolean right = other.isEmpty() || other.get().equals(accepted.account().name());
        if (!right) {
            accepted.mail().close();
        }
        return right;
    }
}
