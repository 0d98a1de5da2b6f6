package org.postern.helper.client;

import java.nio.file.Path;
import java.util.List;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.helper.Helper;
import org.postern.api.helper.HelperException;
import org.postern.api.helper.HelperMethod;
import org.postern.api.helper.HelperStatus;
import org.postern.api.helper.ListeningSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.helper.client.internal.SocketHelper;

/** The helper without a container. Closing it ends logins under way and no session. */
public final class HelperClient implements Helper, AutoCloseable {
    private static final long ROOT = 0;

    private final SocketHelper helper;

    private HelperClient(SocketHelper helper) {
        this.helper = helper;
    }

    /**
     * The helper at this socket, which has to be root's.
     *
     * @throws PosixException if there is no descriptor left
     */
    public static HelperClient open(Posix posix, Path socket) throws PosixException {
        return open(posix, socket, ROOT);
    }

    /**
     * As above, for a test's helper that runs as another user.
     *
     * @param server the uid that the helper has to have
     */
    public static HelperClient open(Posix posix, Path socket, long server) throws PosixException {
        SocketHelper helper = SocketHelper.start(posix, server);
        helper.use(socket);
        return new HelperClient(helper);
    }

    @Override
    public AuthenticationAttempt authenticate(
            HelperMethod method, String backend, AuthenticationRequest request) {
        return helper.authenticate(method, backend, request);
    }

    @Override
    public HelperStatus status() {
        return helper.status();
    }

    @Override
    public List<ListeningSocket> listeningSockets() throws HelperException {
        return helper.listeningSockets();
    }

    @Override
    public void close() {
        helper.close();
    }
}
