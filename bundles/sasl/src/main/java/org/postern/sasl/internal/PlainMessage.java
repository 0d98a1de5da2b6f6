package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;

/**
 * RFC 4616 section 2: {@code [authzid] NUL authcid NUL passwd}. The password's octets go from one
 * direct buffer into another; they need not be UTF-8, as accounts are older than RFC 4616 here.
 *
 * @param authorization whose mail is asked for, if the client says it
 * @param password the receiver's to wipe
 */
record PlainMessage(Optional<UserName> authorization, UserName name, Secret password) {

    /**
     * @param message stays as it is
     */
    static PlainMessage parse(ByteBuffer message) throws MalformedMessage {
        int first = nul(message, message.position());
        int second = nul(message, first + 1);
        Optional<UserName> authorization =
                first == message.position()
                        ? Optional.empty()
                        : Optional.of(Names.read(slice(message, message.position(), first)));
        UserName name = Names.read(slice(message, first + 1, second));
        ByteBuffer password = slice(message, second + 1, message.limit());
        if (!password.hasRemaining()) {
            throw new MalformedMessage("no password");
        }
        for (int i = 0; i < password.limit(); i++) {
            // C's strings end there, and a password with one behind the right one would be right.
            if (password.get(i) == 0) {
                throw new MalformedMessage("a third NUL");
            }
        }
        return new PlainMessage(authorization, name, new Secret(password));
    }

    private static int nul(ByteBuffer message, int from) throws MalformedMessage {
        for (int i = from; i < message.limit(); i++) {
            if (message.get(i) == 0) {
                return i;
            }
        }
        throw new MalformedMessage("fewer than two NULs");
    }

    private static ByteBuffer slice(ByteBuffer message, int from, int to) {
        return message.slice(from, to - from);
    }
}
