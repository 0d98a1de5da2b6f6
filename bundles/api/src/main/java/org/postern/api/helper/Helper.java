package org.postern.api.helper;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;

/** The helper, as one service. It is there whether the program can be reached or not. */
@ProviderType
public interface Helper {

    /**
     * Begins to check a password, on a connection of its own. Returns at once, does not block, and
     * costs no thread while the helper works. The outcome is accepted, declined or unavailable,
     * never refused. An acceptance's mail is that connection: closing it, or not using it in time,
     * ends the process that became the user.
     *
     * @param method how
     * @param backend the name of the authenticator that asks, for the account
     * @param request what the client said; its deadline covers everything
     */
    AuthenticationAttempt authenticate(
            HelperMethod method, String backend, AuthenticationRequest request);

    /**
     * Whether it can be asked. Returns at once with what was last found out; what is old is found
     * out again meanwhile.
     */
    HelperStatus status();

    /**
     * Fetches the listening sockets of helper.conf. May block for up to 10 s: on a worker only.
     * Each is the caller's to close.
     *
     * @throws HelperException if the helper cannot be asked
     */
    List<ListeningSocket> listeningSockets() throws HelperException;
}
