package org.postern.testkit.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.OutputBuffer;
import org.postern.api.session.SessionEnd;

/**
 * What every protocol must do with its connection, whatever it speaks. A test class implements this
 * and answers a fresh fixture from {@link #protocol}.
 */
public interface ProtocolContract {
    /** Octets that a session may hold at most: what waits, one buffer to read and one to write. */
    int MOST_WAITING = Connection.WRITE_HIGH_WATER + 2 * OutputBuffer.CAPACITY;

    /** A fresh fixture. */
    ProtocolFixture protocol();

    @Test
    default void greetsOrWaitsForItsClient() {
        ProtocolFixture fixture = protocol();
        ManualConnection connection = fixture.connection().open(fixture.protocol()).settle();
        assertEquals(Optional.empty(), connection.ended());
        assertTrue(connection.output().isEmpty() || connection.output().endsWith("\r\n"));
        assertEquals(0, fixture.held(), "nothing is held before a login");
        connection.end(SessionEnd.DISCONNECTED).settle();
        assertReleased(fixture, "before anything was said");
    }

    @Test
    default void saysTheSameWhateverPiecesInputComesIn() {
        String whole = reference();
        for (int pieces : new int[] {1, 2, 3, 7, 1000}) {
            ProtocolFixture fixture = protocol();
            Conversation conversation = new Conversation(fixture);
            String said = String.join("", fixture.conversation());
            for (int from = 0; from < said.length(); from += pieces) {
                conversation.say(said.substring(from, Math.min(said.length(), from + pieces)));
            }
            assertEquals(whole, fixture.connection().output(), "in pieces of " + pieces);
            assertEquals(Optional.of(SessionEnd.QUIT), fixture.connection().ended());
            assertReleased(fixture, "in pieces of " + pieces);
        }
    }

    @Test
    default void saysTheSameToWhoDoesNotWaitForReplies() {
        ProtocolFixture fixture = protocol();
        new Conversation(fixture).say(String.join("", fixture.conversation()));
        assertEquals(reference(), fixture.connection().output());
        assertReleased(fixture, "pipelined");
    }

    @Test
    default void endedAtAnyMomentReleasesEverythingAndSaysNoMore() {
        for (SessionEnd cause : List.of(SessionEnd.DISCONNECTED, SessionEnd.KICKED)) {
            boolean whole = false;
            for (int steps = 0; !whole; steps++) {
                ProtocolFixture fixture = protocol();
                whole = new Conversation(fixture).begin(steps);
                String before = fixture.connection().output();
                fixture.connection().end(cause).settle();
                assertReleased(fixture, cause + " after " + steps + " steps");
                assertEquals(before, fixture.connection().output());
            }
        }
    }

    @Test
    default void drainsStrangersAtOnceAndOthersWithoutLoss() {
        ProtocolFixture idle = protocol();
        idle.connection().open(idle.protocol()).settle().drain().settle();
        assertEquals(Optional.of(SessionEnd.DRAINED), idle.connection().ended());
        assertReleased(idle, "drained before a login");
        boolean whole = false;
        for (int steps = 0; !whole; steps++) {
            ProtocolFixture fixture = protocol();
            Conversation conversation = new Conversation(fixture);
            whole = conversation.begin(steps);
            fixture.connection().drain();
            conversation.goOn();
            SessionEnd end = fixture.connection().ended().orElseThrow();
            assertTrue(end == SessionEnd.DRAINED || end == SessionEnd.QUIT, end::toString);
            if (end == SessionEnd.QUIT) {
                assertEquals(reference(), fixture.connection().output());
            }
            assertReleased(fixture, "drained after " + steps + " steps");
        }
    }

    @Test
    default void answersWhenTheWorkersAreFull() {
        int count = protocol().conversation().size();
        for (int full = 0; full < count; full++) {
            ProtocolFixture fixture = protocol();
            ManualConnection connection = fixture.connection();
            Conversation conversation = new Conversation(fixture);
            List<String> said = fixture.conversation();
            for (int i = 0; i < count && connection.ended().isEmpty(); i++) {
                connection.workersFull(i == full);
                int before = connection.output().length();
                conversation.say(said.get(i));
                if (i == full && connection.output().length() == before) {
                    connection.workersFull(false).elapse(Duration.ofSeconds(1));
                }
                assertTrue(connection.output().length() > before, "command " + i);
            }
            assertTrue(connection.ended().isPresent(), "full at command " + full);
            assertReleased(fixture, "full at command " + full);
        }
    }

    @Test
    default void holdsLittleForWhoDoesNotRead() {
        ProtocolFixture fixture = protocol();
        ManualConnection connection = fixture.connection().stallReader();
        new Conversation(fixture).say(String.join("", fixture.conversation()));
        assertEquals(Optional.empty(), connection.ended(), "output is still to be read");
        for (int reads = 0; reads < 100_000 && connection.ended().isEmpty(); reads++) {
            connection.read(1000).settle().elapse(Duration.ofMillis(100));
        }
        assertEquals(reference(), connection.output());
        assertTrue(connection.mostWaiting() <= MOST_WAITING, () -> connection.mostWaiting() + "");
        assertReleased(fixture, "after a slow reader");
    }

    /** The connection itself fails a session that looks at what came ahead. */
    @Test
    default void looksAtNothingThatCameAheadOfEncryption() {
        if (protocol().encryption().isEmpty()) {
            return;
        }
        String ahead = String.join("", protocol().conversation());
        for (int cut : new int[] {0, 1, 7, ahead.length()}) {
            ProtocolFixture fixture = protocol();
            ManualConnection connection = fixture.connection().offerEncryption();
            Conversation conversation = new Conversation(fixture);
            conversation.say(fixture.encryption().orElseThrow() + ahead.substring(0, cut));
            assertEquals(Optional.empty(), connection.tls());
            int answered = connection.output().length();
            conversation.say("\r\n" + fixture.conversation().get(0));
            assertEquals(answered, connection.output().length(), "before the handshake");
            connection.handshake();
            conversation.goOn();
            assertEquals(Optional.of(SessionEnd.QUIT), connection.ended(), "cut at " + cut);
            assertReleased(fixture, "encrypted");
        }
        ProtocolFixture lost = protocol();
        lost.connection().offerEncryption();
        new Conversation(lost).say(lost.encryption().orElseThrow());
        lost.connection().end(SessionEnd.TLS_FAILED).settle();
        assertReleased(lost, "in the handshake");
    }

    private String reference() {
        ProtocolFixture fixture = protocol();
        Conversation conversation = new Conversation(fixture);
        fixture.conversation().forEach(conversation::say);
        assertEquals(Optional.of(SessionEnd.QUIT), fixture.connection().ended());
        String output = fixture.connection().output();
        assertTrue(
                output.length() > Connection.WRITE_HIGH_WATER, "a conversation with much output");
        return output;
    }

    private static void assertReleased(ProtocolFixture fixture, String when) {
        fixture.finish();
        assertEquals(0, fixture.held(), () -> "held, " + when);
        assertEquals(0, fixture.connection().buffersHeld(), () -> "buffers, " + when);
        assertEquals(0, fixture.connection().timers(), () -> "timers, " + when);
    }
}
