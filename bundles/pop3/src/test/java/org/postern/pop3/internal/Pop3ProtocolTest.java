package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.pop3.internal.Language.ENGLISH;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.session.SessionEnd;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.ManualConnection;

class Pop3ProtocolTest {

    private static Pop3World configured(Map<String, ?> properties) {
        return new Pop3World(new ManualConnection(), StandardMaildrop.stored(), properties);
    }

    @Test
    void turnsClientsAwayWithoutAConfiguration() {
        Pop3World world = configured(Map.of("last", "perhaps"));
        assertEquals(Reply.NOT_CONFIGURED.in(ENGLISH) + "\r\n", world.connect());
        assertEquals(Optional.of(SessionEnd.FAILED), world.connection.ended());
        assertEquals("last", world.protocol.problems().get(0).key());
        assertEquals("org.postern.pop3", world.protocol.pid());
        assertEquals(0, world.connection.buffersHeld());
    }

    @Test
    void tellsWhoIsTurnedAwayWhatAClientUnderstands() {
        String busy = new String(configured(Map.of()).protocol.busy(), US_ASCII);
        assertEquals(Reply.TOO_MANY_SESSIONS.in(ENGLISH) + "\r\n", busy);
        assertTrue(busy.startsWith("-ERR [SYS/TEMP] ") && busy.length() <= 200, busy);
    }

    @Test
    void staysWithTheLastConfigurationThatWasGood() {
        Pop3World world = configured(Map.of("last", "false"));
        world.protocol.modified(Map.of("last", "true", "loginTimeout", "soon"));
        assertEquals(1, world.protocol.problems().size());
        world.login();
        assertEquals(Reply.UNKNOWN.in(ENGLISH) + "\r\n", world.say("LAST"));
    }

    @Test
    void changesApplyToNewSessions() {
        Pop3World world = configured(Map.of());
        world.login();
        world.protocol.modified(Map.of("last", "false"));
        assertEquals(List.of(), world.protocol.problems());
        assertEquals("+OK 0\r\n", world.say("LAST"));
        ManualConnection second = new ManualConnection();
        second.open(world.protocol).settle();
        second.receive("USER a\r\n").settle();
        assertTrue(second.output().endsWith(Reply.NAME_TAKEN.in(ENGLISH) + "\r\n"));
    }

    @Test
    void loginTimeoutIsConfigured() {
        Pop3World world = configured(Map.of("loginTimeout", "7"));
        world.connect();
        world.say("USER standard");
        world.connection.elapse(Duration.ofSeconds(7));
        assertEquals(Optional.of(SessionEnd.LOGIN_TIMEOUT), world.connection.ended());
    }

    @Test
    void loginTimeoutCountsFromTheAdmission() {
        Pop3World world = configured(Map.of("loginTimeout", "7"));
        assertEquals(Optional.of(Duration.ofSeconds(7)), world.protocol.loginTimeout());
        // A handshake that came first.
        world.connection.elapse(Duration.ofSeconds(5));
        world.connect();
        world.connection.elapse(Duration.ofMillis(1999));
        assertEquals(Optional.empty(), world.connection.ended());
        world.connection.elapse(Duration.ofMillis(1));
        assertEquals(Optional.of(SessionEnd.LOGIN_TIMEOUT), world.connection.ended());

        Pop3World late = configured(Map.of("loginTimeout", "7"));
        late.connection.elapse(Duration.ofSeconds(8));
        late.connect();
        late.connection.elapse(Duration.ZERO);
        assertEquals(Optional.of(SessionEnd.LOGIN_TIMEOUT), late.connection.ended());
    }

    @Test
    void drainsAndThenEndsItsSessionsWhenItLeaves() {
        Pop3World stranger = configured(Map.of());
        stranger.connect();
        stranger.protocol.deactivate();
        stranger.connection.settle();
        assertEquals(Reply.GOING_DOWN.in(ENGLISH) + "\r\n", stranger.connection.takeOutput());
        assertEquals(Optional.of(SessionEnd.DRAINED), stranger.connection.ended());

        Pop3World reader = configured(Map.of()).login();
        reader.say("DELE 1");
        reader.protocol.deactivate();
        reader.connection.settle();
        assertEquals("", reader.connection.takeOutput());
        assertEquals(Optional.of(SessionEnd.DRAINED), reader.connection.ended());
        assertEquals(6, reader.mailboxes.messages().size());
        assertEquals(0, reader.held());
    }

    @Test
    void connectionsThatComeWhenItHasLeftAreDrained() {
        Pop3World world = configured(Map.of());
        world.protocol.deactivate();
        assertTrue(world.connect().endsWith(Reply.GOING_DOWN.in(ENGLISH) + "\r\n"));
        assertEquals(Optional.of(SessionEnd.DRAINED), world.connection.ended());
    }

    @Test
    void leavingWaitsForAQuit() throws Exception {
        ManualConnection connection = new ManualConnection();
        Pop3World world =
                new Pop3World(
                        connection, StandardMaildrop.stored(), Map.of(), Duration.ofSeconds(30));
        world.login();
        world.say("DELE 1");
        Thread leaving = new Thread(world.protocol::deactivate, "leaving");
        leaving.start();
        leaving.join(20);
        assertTrue(leaving.isAlive());
        connection.settle();
        assertEquals(Optional.empty(), connection.ended());
        assertEquals(Reply.GOODBYE.in(ENGLISH) + "\r\n", world.say("QUIT"));
        leaving.join(20_000);
        assertFalse(leaving.isAlive());
        assertEquals(Optional.of(SessionEnd.QUIT), connection.ended());
        assertEquals(5, world.mailboxes.messages().size());
    }
}
