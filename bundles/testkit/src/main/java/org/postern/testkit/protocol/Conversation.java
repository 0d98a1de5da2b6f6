package org.postern.testkit.protocol;

import java.time.Duration;
import java.util.List;

/** A client that says what its fixture's client says, and waits where the session has to wait. */
final class Conversation {
    private static final Duration MOMENT = Duration.ofMillis(100);

    /** Longer than a session may wait for a timer, shorter than its client may say nothing. */
    private static final int MOST_MOMENTS = 100;

    private final ManualConnection connection;
    private final List<String> said;
    private int next;

    Conversation(ProtocolFixture fixture) {
        connection = fixture.connection().open(fixture.protocol());
        said = fixture.conversation();
    }

    /** Says something, and waits until the session listens again, or nothing more can happen. */
    void say(String octets) {
        connection.receive(octets);
        await();
    }

    /**
     * Says one thing after the other, for so many steps.
     *
     * @return whether that was everything
     */
    boolean begin(int steps) {
        int left = steps;
        while (left > 0) {
            if (connection.step()) {
                left--;
            } else if (waits()) {
                connection.elapse(MOMENT);
                left--;
            } else if (next == said.size() || connection.ended().isPresent()) {
                return true;
            } else {
                connection.receive(said.get(next++));
            }
        }
        return false;
    }

    /** Says the rest. */
    void goOn() {
        await();
        while (next < said.size() && connection.ended().isEmpty()) {
            say(said.get(next++));
        }
    }

    private void await() {
        connection.settle();
        for (int i = 0; i < MOST_MOMENTS && waits(); i++) {
            connection.elapse(MOMENT);
        }
    }

    private boolean waits() {
        return connection.paused() && connection.ended().isEmpty() && connection.timers() > 0;
    }
}
