package org.postern.pop3.internal;

import java.util.Optional;
import org.postern.api.protocol.Connection;

/**
 * Brings a listing to the client, one buffer a turn of the event loop, for as long as the client
 * reads: 100,000 messages hold up nobody else.
 */
final class ListingSender {
    /** A buffer with less room than this is sent first. */
    private static final int ROOM = 1024;

    private final Connection connection;
    private final ReplyOutput output;
    private final Pop3Machine machine;
    private final Runnable settle;
    private Optional<Listing> current = Optional.empty();
    private boolean turnDue;

    /**
     * @param settle run after a turn of its own
     */
    ListingSender(Connection connection, ReplyOutput output, Pop3Machine machine, Runnable settle) {
        this.connection = connection;
        this.output = output;
        this.machine = machine;
        this.settle = settle;
    }

    void begin(Listing listing) {
        current = Optional.of(listing);
        goOn();
    }

    /** Sends what there is to send now; does nothing if there is no listing. */
    void goOn() {
        if (current.isEmpty() || turnDue || !connection.writable()) {
            return;
        }
        if (current.get().put(output.target(ROOM))) {
            current = Optional.empty();
            machine.listed();
        } else {
            output.flush();
            turnDue = true;
            connection.execute(this::turn);
        }
    }

    private void turn() {
        turnDue = false;
        goOn();
        settle.run();
    }

    /** The connection is over. */
    void stop() {
        current = Optional.empty();
    }
}
