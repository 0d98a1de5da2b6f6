package org.postern.helper.client.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.postern.api.helper.HelperException;
import org.postern.api.posix.Errno;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/**
 * Where the helper is. Nothing is sent to a socket before the kernel has said that it is the
 * server's: whoever may write in the socket's directory could put one of their own there, and be
 * sent passwords.
 *
 * @param path the socket's
 * @param server the uid that whoever listens there must have
 */
record HelperSocket(Posix posix, Path path, long server) {

    /**
     * Connects and checks who is there.
     *
     * @return empty if the helper has no time just now: try again in a moment
     */
    Optional<MessageSocket> connect() throws HelperException {
        MessageSocket socket;
        try {
            socket = posix.connect(path);
        } catch (PosixException failed) {
            if (failed.errno() == Errno.EAGAIN) {
                return Optional.empty();
            }
            throw new HelperException(reason(failed), failed);
        }
        boolean trusted = false;
        try {
            long user = socket.peer().user();
            if (user != server) {
                throw new HelperException(
                        "what listens at "
                                + path
                                + " runs as uid "
                                + user
                                + " and not as "
                                + server
                                + ": stop it, see who may write in that directory, and start"
                                + " postern-helper");
            }
            trusted = true;
            return Optional.of(socket);
        } catch (PosixException failed) {
            throw new HelperException(reason(failed), failed);
        } finally {
            if (!trusted) {
                socket.close();
            }
        }
    }

    private String reason(PosixException failed) {
        return switch (failed.errno()) {
            case ENOENT, ENOTDIR ->
                    "no socket at "
                            + path
                            + ": start postern-helper (systemctl start postern-helper), or put"
                            + " \"socket\" right in "
                            + HelperComponent.PID
                            + ".cfg and helper.conf";
            case ECONNREFUSED ->
                    "nobody listens at "
                            + path
                            + ": start postern-helper (systemctl start postern-helper)";
            case EACCES, EPERM ->
                    "may not open "
                            + path
                            + ": it and its directory must let this process's group in; see"
                            + " \"peer\" in helper.conf";
            case EPROTOTYPE ->
                    path
                            + " is not the helper's kind of socket: put \"socket\" right in "
                            + HelperComponent.PID
                            + ".cfg";
            case EMFILE, ENFILE, ENOMEM ->
                    "this process has no descriptors left: raise its limit (LimitNOFILE)";
            default -> "cannot connect to " + path + ": " + failed.getMessage();
        };
    }
}
