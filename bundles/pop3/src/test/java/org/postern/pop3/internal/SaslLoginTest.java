package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.pop3.internal.Language.ENGLISH;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.net.TlsLevel;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslStep;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.ManualConnection;
import org.postern.testkit.protocol.RecordedSession;

class SaslLoginTest {
    private static final String PLAIN = "AUTH PLAIN " + base64("\0standard\0open sesame");
    private static final String WRONG = "AUTH PLAIN " + base64("\0standard\0wrong");
    private static final String EMPTY_CHALLENGE = "+ \r\n";

    private final Pop3World world = new Pop3World();

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(ISO_8859_1));
    }

    private static String lines(Reply... replies) {
        StringBuilder all = new StringBuilder();
        for (Reply reply : replies) {
            all.append(reply.in(ENGLISH)).append("\r\n");
        }
        return all.toString();
    }

    private FakeSasl.Exchange last() {
        return world.sasl.exchanges.get(world.sasl.exchanges.size() - 1);
    }

    private List<String> reasons() {
        return world.connection.record().events(SessionEvent.LoginFailed.class).stream()
                .map(SessionEvent.LoginFailed::reason)
                .toList();
    }

    private void assertEnded(SessionEnd end) {
        assertEquals(Optional.of(end), world.connection.ended());
        world.finish();
        assertEquals(0, world.held());
        assertEquals(0, world.connection.timers());
        assertEquals(0, world.connection.buffersHeld());
        assertSecretsWiped();
    }

    private void assertSecretsWiped() {
        for (FakeSasl.Exchange exchange : world.sasl.exchanges) {
            for (Secret secret : exchange.secrets) {
                assertThrows(IllegalStateException.class, secret::view);
            }
        }
    }

    @Test
    void asksForThisConnection() {
        world.connect();
        assertEquals(lines(Reply.LOGGED_IN), world.say(PLAIN));
        assertEquals(RecordedSession.SOURCE, world.sasl.peers.get(0).session().source());
        assertEquals(Duration.ofSeconds(30), world.sasl.peers.get(0).deadline());
        assertEquals(Optional.empty(), world.sasl.peers.get(0).tls());
        assertEquals("manual", world.sasl.peers.get(0).listener().name());
        assertEquals(List.of(Optional.of("\0standard\0open sesame")), last().responses);
        assertEquals(1, world.connection.record().events(SessionEvent.LoggedIn.class).size());
        assertEquals(1, world.limits.loggedIn.size());
        assertSecretsWiped();
    }

    @Test
    void tellsMechanismsOfTheEncryption() {
        Pop3World stls =
                new Pop3World(
                        new ManualConnection(
                                        ManualConnection.settings(Duration.ofMinutes(10)),
                                        false,
                                        TlsLevel.NONE)
                                .offerEncryption(),
                        StandardMaildrop.stored(),
                        Map.of());
        stls.connect();
        assertEquals(lines(Reply.ENCRYPTION_REQUIRED), stls.say("AUTH"));
        assertEquals(lines(Reply.ENCRYPTION_REQUIRED), stls.say(PLAIN));
        assertFalse(stls.say("CAPA").contains("SASL"));
        assertEquals(lines(Reply.ENCRYPTING), stls.say("STLS", PLAIN));
        assertEquals(List.of(), stls.sasl.exchanges);
        stls.connection.handshake().settle();
        assertTrue(stls.say("CAPA").contains("\r\nSASL PLAIN LOGIN\r\n"));
        assertEquals(lines(Reply.LOGGED_IN), stls.say(PLAIN));
        assertTrue(stls.sasl.peers.get(0).tls().isPresent());
        assertEquals(TlsLevel.ENCRYPTED, stls.sasl.peers.get(0).session().tls());
    }

    @Test
    void whoHangsUpWhileHeIsCheckedHasFailed() {
        world.sasl.answers = false;
        world.connect();
        world.say(PLAIN);
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(1, world.limits.failed.size());
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void whoHangsUpBeforeHeHasSaidHisPasswordHasNot() {
        world.connect();
        world.say("AUTH LOGIN");
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(List.of(), world.limits.failed);
        assertEnded(SessionEnd.DISCONNECTED);
    }

    // Answers the step that is under way by a challenge that refuses (RFC 7628 section 3.2.3).
    private void refuse() {
        last().answer(new SaslStep.Refusal(ByteBuffer.wrap("no".getBytes(ISO_8859_1))));
        world.connection.settle();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AQ==", "", "=", "*", "no base64", "NUL\0", "QUIT", "LONG"})
    void aRefusalCountsOnceWhateverTheClientAnswersAndIfItDoes(String answer) {
        world.sasl.answers = false;
        world.connect();
        assertEquals("", world.say(WRONG, line(answer), "USER standard"));
        assertEquals(0, world.limits.failed.size());
        refuse();
        assertEquals(
                "+ bm8=\r\n" + lines(Reply.LOGIN_FAILED, Reply.NAME_TAKEN),
                world.connection.takeOutput());
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(List.of(attempt()), world.limits.failed);
        assertEquals(List.of("declined"), reasons());
        assertEnded(SessionEnd.DISCONNECTED);
    }

    private static String line(String answer) {
        return answer.equals("LONG") ? "QUJD".repeat(20_000) : answer;
    }

    // Of the response alone: the same token is the same try, whatever is answered to the refusal.
    private LoginAttempt attempt() {
        return new LoginAttempt(
                Mechanism.PLAIN,
                Optional.empty(),
                OptionalLong.of(List.of(Optional.of("\0standard\0wrong")).hashCode()));
    }

    @Test
    void whoHangsUpOnARefusalHasFailedOnce() {
        world.sasl.answers = false;
        world.connect();
        world.say(WRONG);
        refuse();
        assertEquals("+ bm8=\r\n", world.connection.takeOutput());
        assertEquals(List.of(attempt()), world.limits.failed);
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(1, world.limits.failed.size());
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void whoHangsUpBeforeARefusalHasFailedOnce() {
        world.sasl.answers = false;
        world.connect();
        world.say(WRONG);
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        refuse();
        assertEquals(List.of(attempt()), world.limits.failed);
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void aRefusalIsHeldBackAndTheConnectionClosedAfterItsAnswer() {
        world.limits.reaction = new LoginReaction(Duration.ofSeconds(3), true);
        world.sasl.answers = false;
        world.connect();
        world.say(WRONG);
        refuse();
        world.connection.elapse(Duration.ofMillis(2999));
        assertEquals("", world.connection.takeOutput());
        assertEquals(1, world.limits.failed.size());
        world.connection.elapse(Duration.ofMillis(1));
        assertEquals("+ bm8=\r\n", world.connection.takeOutput());
        assertEquals(Optional.empty(), world.connection.ended());
        assertEquals(lines(Reply.LOGIN_FAILED), world.say("*"));
        assertEquals(1, world.limits.failed.size());
        assertEnded(SessionEnd.LOGIN_FAILURES);
    }

    @Test
    void afterARefusalAnotherLoginIsAsked() {
        world.sasl.answers = false;
        world.connect();
        world.say(WRONG);
        refuse();
        world.sasl.answers = true;
        assertEquals(
                "+ bm8=\r\n" + lines(Reply.LOGIN_FAILED),
                world.connection.takeOutput() + world.say("AQ=="));
        assertEquals(EMPTY_CHALLENGE + lines(Reply.CANCELLED), world.say("AUTH PLAIN", "*"));
        assertEquals(lines(Reply.LOGGED_IN), world.say(PLAIN));
    }

    @Test
    void drainingEndsARefusal() {
        world.sasl.answers = false;
        world.connect();
        world.say(WRONG);
        world.connection.drain().settle();
        refuse();
        assertEquals(lines(Reply.GOING_DOWN), world.connection.takeOutput());
        assertEquals(1, world.limits.failed.size());
        assertEnded(SessionEnd.DRAINED);
    }

    @Test
    void failuresAreThoseOfPass() {
        world.connect();
        String byPass = world.say("USER standard", "PASS wrong");
        assertEquals(byPass, lines(Reply.NAME_TAKEN) + world.say(WRONG));
        world.sasl.outcome = Optional.of(new AuthenticationOutcome.Refused());
        assertEquals(byPass, lines(Reply.NAME_TAKEN) + world.say(PLAIN));
        world.sasl.outcome = Optional.of(new AuthenticationOutcome.Unavailable("why"));
        assertEquals(lines(Reply.LOGIN_UNAVAILABLE), world.say(PLAIN));
        assertEquals(List.of("declined", "declined", "refused", "why"), reasons());
        assertEquals(3, world.limits.failed.size());
        assertEquals(Mechanism.PASSWORD, world.limits.failed.get(0).mechanism());
        assertEquals(Mechanism.PLAIN, world.limits.failed.get(1).mechanism());
        assertEquals(Optional.of(UserName.of("standard")), world.limits.failed.get(1).name());
        assertTrue(world.limits.failed.get(1).fingerprint().isPresent());
    }

    @Test
    void limitsReactAsToPass() {
        world.limits.reaction = new LoginReaction(Duration.ofSeconds(3), true);
        world.connect();
        assertEquals("", world.say(WRONG, "NOOP"));
        world.connection.elapse(Duration.ofMillis(2999));
        assertEquals("", world.connection.takeOutput());
        world.connection.elapse(Duration.ofMillis(1));
        assertEquals(lines(Reply.LOGIN_FAILED), world.connection.takeOutput());
        assertEnded(SessionEnd.LOGIN_FAILURES);
    }

    @Test
    void limitsMayRefuseWhoIsRight() {
        world.limits.admissions.add(new Admission.Refused("per user limit reached"));
        world.connect();
        assertEquals(lines(Reply.USERS_SESSIONS), world.say(PLAIN));
        assertEnded(SessionEnd.LIMIT);
    }

    @Test
    void whatIsSentAheadWaitsForEachStep() {
        world.connect();
        String said =
                world.say("AUTH LOGIN", base64("standard"), base64("open sesame"), "STAT", "NOOP");
        assertEquals(
                "+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n"
                        + lines(Reply.LOGGED_IN)
                        + "+OK 6 71151 octets\r\n"
                        + lines(Reply.OK),
                said);
    }

    @Test
    void takesNoInputWhileAStepIsUnderWay() {
        world.sasl.answers = false;
        world.connect();
        assertEquals("", world.say("AUTH PLAIN", "*", "NOOP"));
        assertTrue(world.connection.paused());
        assertFalse(last().cancelled);
        last().answer(FakeSasl.challenge(""));
        world.connection.settle();
        assertEquals(
                EMPTY_CHALLENGE + lines(Reply.CANCELLED, Reply.NOT_NOW),
                world.connection.takeOutput());
        assertTrue(last().cancelled);
    }

    @Test
    void cancelledExchangesAreNoFailuresAndNoBadCommands() {
        world.limits.bounds = new SessionBounds(1, 1_000, MailboxBounds.NONE);
        world.connect();
        for (int i = 0; i < 20; i++) {
            assertEquals(EMPTY_CHALLENGE + lines(Reply.CANCELLED), world.say("AUTH PLAIN", "*"));
            assertEquals(lines(Reply.NO_MECHANISM), world.say("AUTH NTLM"));
            assertTrue(world.say("AUTH").endsWith("\r\nPLAIN\r\nLOGIN\r\n.\r\n"));
        }
        assertEquals(0, world.sasl.open());
        assertEquals(List.of(), world.limits.failed);
        assertEquals(Optional.empty(), world.connection.ended());
        assertEquals("the client cancelled it", reasons().get(0));
        assertEquals(
                "a mechanism that is not offered: see mechanisms and backends of its listener",
                reasons().get(1));
        assertEquals(40, reasons().size());
        assertEquals(lines(Reply.LOGGED_IN), world.say(PLAIN), "and nothing is in its way");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"no base64", "AHN0YW5kYXJkAG9wZW4gc2VzYW1l=", "Zh==", "**", " *", "QUJD "})
    void responsesThatAreNoBase64EndTheExchange(String response) {
        world.limits.bounds = new SessionBounds(3, 1_000, MailboxBounds.NONE);
        world.connect();
        assertEquals(
                EMPTY_CHALLENGE + lines(Reply.MALFORMED_RESPONSE),
                world.say("AUTH PLAIN", response));
        assertTrue(last().cancelled);
        assertEquals(lines(Reply.MALFORMED_RESPONSE), world.say("AUTH PLAIN " + response));
        assertEquals(1, world.sasl.exchanges.size());
        assertEquals(List.of(), world.limits.failed, "nobody's password was wrong");
        assertEquals(List.of("a response was not base64", "a response was not base64"), reasons());
        assertEquals(lines(Reply.UNKNOWN), world.say(response), "it is a bad command");
        assertEnded(SessionEnd.LIMIT);
    }

    @Test
    void mechanismsMayFindThemMalformed() {
        world.limits.bounds = new SessionBounds(2, 1_000, MailboxBounds.NONE);
        world.connect();
        assertEquals(lines(Reply.MALFORMED_RESPONSE), world.say("AUTH PLAIN " + base64("x")));
        assertEquals(lines(Reply.LOGIN_FAILED), world.say(WRONG));
        assertEquals(lines(Reply.MALFORMED_RESPONSE), world.say("AUTH PLAIN ="));
        assertEquals(Optional.of(""), last().responses.get(0), "an empty response is one");
        assertEquals(List.of("malformed: planned", "declined", "malformed: planned"), reasons());
        assertEquals(1, world.limits.failed.size());
        assertEnded(SessionEnd.LIMIT);
    }

    @Test
    void brokenExchangesDoNotHarmOthers() {
        world.connect();
        Pop3World other = new Pop3World();
        other.connect();
        assertEquals(EMPTY_CHALLENGE, other.say("AUTH PLAIN"));
        assertEquals(EMPTY_CHALLENGE, world.say("AUTH PLAIN"));
        assertEquals(lines(Reply.MALFORMED_RESPONSE), world.say("no base64"));
        assertEquals(lines(Reply.LOGGED_IN), other.say(base64("\0standard\0open sesame")));
        assertEquals(lines(Reply.LOGGED_IN), world.say(PLAIN));
    }

    @Test
    void responsesHaveABound() {
        String most = base64("a".repeat(SaslLogin.MAX_RESPONSE));
        String more = base64("a".repeat(SaslLogin.MAX_RESPONSE + 1));
        world.connect();
        assertEquals("+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n", world.say("AUTH LOGIN", most));
        assertEquals(SaslLogin.MAX_RESPONSE, last().responses.get(1).orElseThrow().length());
        assertEquals(lines(Reply.TOO_LONG), world.say(more));
        assertTrue(last().cancelled);
        assertEquals(List.of("a response was too long"), reasons());
        assertEquals(lines(Reply.NOT_NOW), world.say("NOOP"));
        assertEquals(lines(Reply.LOGGED_IN), world.say(PLAIN), "and nothing is in its way");
    }

    @Test
    void responsesThatComeWithAuthHaveTheSameBound() {
        String most = base64("\0standard\0" + "p".repeat(SaslLogin.MAX_RESPONSE - 10));
        String more = base64("\0standard\0" + "p".repeat(SaslLogin.MAX_RESPONSE - 9));
        world.connect();
        assertEquals(lines(Reply.LOGIN_FAILED), world.say("AUTH PLAIN " + most));
        assertEquals(lines(Reply.TOO_LONG), world.say("AUTH PLAIN " + more));
        assertEquals(lines(Reply.TOO_LONG), world.say("AUTH PLAIN " + "QUJD".repeat(20_000)));
        assertEquals(1, world.sasl.exchanges.size());
        assertEquals(
                List.of("declined", "a response was too long", "a response was too long"),
                reasons());
    }

    @Test
    void authForgetsAUser() {
        world.connect();
        assertEquals(
                lines(Reply.NAME_TAKEN, Reply.NO_MECHANISM)
                        + EMPTY_CHALLENGE
                        + lines(Reply.CANCELLED, Reply.NAME_FIRST),
                world.say("USER standard", "AUTH NTLM", "AUTH PLAIN", "*", "PASS open sesame"));
    }

    @Test
    void thereMayBeNoMechanisms() {
        world.protocol.unbindSasl(new FakeSasl(world.connection, world.authentication));
        world.connect();
        assertTrue(world.say("CAPA").contains("SASL"), "another service has gone");
        world.protocol.unbindSasl(world.sasl);
        assertFalse(world.say("CAPA").contains("SASL"));
        assertEquals(lines(Reply.NO_MECHANISM), world.say("AUTH"));
        assertEquals(lines(Reply.NO_MECHANISM), world.say(PLAIN));
        world.protocol.bindSasl(world.sasl);
        assertEquals(lines(Reply.LOGGED_IN), world.say(PLAIN));
    }

    @Test
    void exchangesEndWithTheLoginsTime() {
        world.connect();
        world.connection.elapse(Duration.ofSeconds(59));
        world.say("AUTH PLAIN");
        world.connection.elapse(Duration.ofSeconds(1));
        assertEquals("", world.connection.takeOutput());
        assertTrue(last().cancelled);
        assertEnded(SessionEnd.LOGIN_TIMEOUT);
    }

    @Test
    void exchangesEndWithTheConnection() {
        world.connect();
        world.say("AUTH LOGIN", base64("standard"));
        world.connection.receive("AHN0").settle().end(SessionEnd.DISCONNECTED).settle();
        assertTrue(last().cancelled);
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void acceptanceThatComesTooLateIsClosed() {
        world.sasl.answers = false;
        world.connect();
        world.say(PLAIN);
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertTrue(last().cancelled);
        last().answer(new SaslStep.Finished(world.authentication.accept()));
        assertEnded(SessionEnd.DISCONNECTED);
        assertEquals(List.of(), world.limits.loggedIn);
    }

    @Test
    void challengesThatComeTooLateAreNotSent() {
        world.sasl.answers = false;
        world.connect();
        world.say(PLAIN);
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        last().answer(FakeSasl.challenge("late"));
        world.connection.settle();
        assertEquals("", world.connection.takeOutput());
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void stepsThatComeTooLateAreNoEvents() {
        world.sasl.answers = false;
        world.connect();
        world.connection.stallReader();
        world.say("NOOP", PLAIN);
        world.connection.elapse(Duration.ofSeconds(60));
        assertEquals(Optional.empty(), world.connection.ended(), "a reply is still to be read");
        last().answer(new SaslStep.Malformed("late"));
        world.connection.settle();
        assertEquals(List.of(), reasons());
        world.connection.readAll().settle();
        assertEnded(SessionEnd.LOGIN_TIMEOUT);
    }

    @Test
    void drainingEndsExchanges() {
        world.connect();
        world.say("AUTH PLAIN");
        world.connection.drain().settle();
        assertEquals(lines(Reply.GOING_DOWN), world.connection.takeOutput());
        assertTrue(last().cancelled);
        assertEnded(SessionEnd.DRAINED);
    }

    @Test
    void drainingWaitsForAStep() {
        world.sasl.answers = false;
        world.connect();
        world.say("AUTH PLAIN");
        world.connection.drain().settle();
        assertEquals("", world.connection.takeOutput());
        last().answer(FakeSasl.challenge(""));
        world.connection.settle();
        assertEquals(lines(Reply.GOING_DOWN), world.connection.takeOutput());
        assertTrue(last().cancelled);
        assertEnded(SessionEnd.DRAINED);
    }

    @Test
    void mechanismsThatBreakTheirContractAreUnavailable() {
        world.sasl.answers = false;
        world.connect();
        world.say(PLAIN);
        last().stage.completeExceptionally(new Error("planned"));
        world.connection.settle();
        assertEquals(lines(Reply.LOGIN_UNAVAILABLE), world.connection.takeOutput());
        assertTrue(last().cancelled);
        world.sasl.answers = true;
        assertEquals(lines(Reply.LOGGED_IN), world.say(PLAIN));
    }

    @Test
    void nothingOfAResponseIsInTheEventsOrReplies() {
        world.connect();
        String all =
                world.say(
                        "AUTH horse",
                        "AUTH PLAIN horse",
                        "AUTH PLAIN",
                        "horse",
                        "AUTH PLAIN " + base64("\0horse\0horse"));
        assertFalse(all.contains("horse"));
        assertFalse(reasons().toString().contains("horse"));
    }
}
