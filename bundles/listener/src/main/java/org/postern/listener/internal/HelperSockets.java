package org.postern.listener.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.postern.api.helper.Helper;
import org.postern.api.helper.ListeningSocket;

/**
 * Finds a listener's socket among those that the helper holds. What it does not take it closes, and
 * what goes wrong it tells so that an operator knows what to do.
 */
final class HelperSockets {
    private final Swappable<Helper> helper;

    HelperSockets(Swappable<Helper> helper) {
        this.helper = helper;
    }

    /** The helper does not hold the address: whoever else does is in its way. */
    static final class NotHeldException extends IOException {
        private static final long serialVersionUID = 1L;

        NotHeldException(String message) {
            super(message);
        }
    }

    /**
     * The one socket on a listener's address and port. Blocks while the helper is asked.
     *
     * @throws IOException with the reason and the remedy
     */
    ListeningSocket take(ListenerConfiguration wanted) throws IOException {
        List<ListeningSocket> held = sockets();
        Optional<ListeningSocket> taken = Optional.empty();
        try {
            List<ListeningSocket> matching =
                    held.stream().filter(socket -> matches(wanted, socket.address())).toList();
            if (matching.isEmpty()) {
                throw new NotHeldException(notHeld(wanted, held));
            }
            if (matching.size() > 1) {
                throw new IOException(
                        "the helper holds port "
                                + wanted.socketAddress().getPort()
                                + " both on 0.0.0.0 and on ::, and one listener takes one of them:"
                                + " set address = 0.0.0.0 here, and make a second file with"
                                + " address = ::");
            }
            taken = Optional.of(matching.get(0));
        } finally {
            for (ListeningSocket socket : held) {
                if (taken.isEmpty() || taken.get() != socket) {
                    socket.close();
                }
            }
        }
        return taken.get();
    }

    private List<ListeningSocket> sockets() throws IOException {
        Optional<List<ListeningSocket>> held;
        try {
            held = helper.call(Helper::listeningSockets);
        } catch (IOException unasked) {
            throw new IOException(
                    "viaHelper = true, but the helper cannot be asked: " + unasked.getMessage(),
                    unasked);
        } catch (RuntimeException | LinkageError broken) {
            throw new IOException(
                    "viaHelper = true, but the helper's client failed: "
                            + broken.getClass().getName(),
                    broken);
        }
        return held.orElseThrow(
                () ->
                        new IOException(
                                "viaHelper = true, but there is no client of the helper: install"
                                        + " the feature postern-helper-client, or start its bundle"));
    }

    /** Whether a socket is where a listener wants to be; * is any address that stands for all. */
    static boolean matches(ListenerConfiguration wanted, InetSocketAddress held) {
        InetAddress address = wanted.socketAddress().getAddress();
        if (held.getPort() != wanted.socketAddress().getPort()) {
            return false;
        }
        if (!address.isAnyLocalAddress()) {
            return held.getAddress().equals(address);
        }
        return held.getAddress().isAnyLocalAddress()
                && (wanted.address().equals("*")
                        || wanted.address().contains(":")
                                == (held.getAddress().getAddress().length == 16));
    }

    // In the words of helper.conf.
    private static String notHeld(ListenerConfiguration wanted, List<ListeningSocket> held) {
        StringJoiner all = new StringJoiner(", ", "it holds ", "").setEmptyValue("it holds none");
        for (ListeningSocket socket : held) {
            all.add(text(socket.address().getAddress().getHostAddress(), socket.address()));
        }
        String address = wanted.address().equals("*") ? "0.0.0.0" : wanted.address();
        return "viaHelper = true, but the helper does not hold port "
                + wanted.socketAddress().getPort()
                + " on "
                + wanted.address()
                + " ("
                + all
                + "): put the line \"listen "
                + text(address, wanted.socketAddress())
                + "\" into helper.conf and restart postern-helper, whose log says so if the port"
                + " is in use";
    }

    private static String text(String address, InetSocketAddress socket) {
        return address + " " + socket.getPort();
    }
}
