package org.postern.pop3.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.pop3.internal.Language.ENGLISH;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;
import org.postern.api.limits.Admission;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.limits.LoginReaction;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.net.TlsLevel;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.storage.StorageException;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.ManualConnection;
import org.postern.testkit.protocol.RecordedSession;

class LoginTest {
    private static final String LOGIN = "USER standard\r\nPASS open sesame";
    private static final String ASKED = Reply.NAME_TAKEN.in(ENGLISH) + "\r\n";

    private final Pop3World world = new Pop3World();

    private static Pop3World world(ManualConnection connection) {
        return new Pop3World(connection, StandardMaildrop.stored(), Map.of());
    }

    private void assertEnded(SessionEnd end) {
        assertEquals(Optional.of(end), world.connection.ended());
        world.finish();
        assertEquals(0, world.held());
        assertEquals(0, world.connection.timers());
    }

    @Test
    void asksTheBackendsOfItsListener() {
        world.connect();
        assertEquals(ASKED + Reply.LOGGED_IN.in(ENGLISH) + "\r\n", world.say(LOGIN));
        AuthenticationRequest request = world.authentication.requests.get(0);
        assertEquals(Mechanism.PASSWORD, request.mechanism());
        assertEquals(UserName.of("standard"), request.name());
        assertEquals(RecordedSession.SOURCE, request.source());
        assertEquals(RecordedSession.LOCAL, request.local());
        assertEquals(TlsLevel.NONE, request.tls());
        assertEquals(Duration.ofSeconds(30), request.deadline());
        assertThrows(IllegalStateException.class, () -> request.secret().view());
    }

    @Test
    void tellsWhatHappened() {
        world.login();
        List<? extends Class<?>> kinds =
                world.connection.record().events().stream().map(Object::getClass).toList();
        assertEquals(
                List.of(
                        SessionEvent.Connected.class,
                        SessionEvent.LoggedIn.class,
                        SessionEvent.MailboxOpened.class),
                kinds);
        assertEquals(
                71151,
                world.connection.record().events(SessionEvent.MailboxOpened.class).get(0).octets());
        assertEquals("fake", world.limits.loggedIn.get(0).account().orElseThrow().backend());
    }

    @Test
    void unknownAndWrongAreAnsweredAlike() {
        world.connect();
        String declined = world.say("USER standard", "PASS wrong");
        world.authentication.answer = Optional.of(new AuthenticationOutcome.Refused());
        assertEquals(declined, world.say("USER nobody", "PASS open sesame"));
        assertEquals(ASKED + "-ERR [AUTH] wrong name or password\r\n", declined);
        assertEquals(
                List.of(Optional.of(UserName.of("standard")), Optional.of(UserName.of("nobody"))),
                world.limits.failed.stream().map(LoginAttempt::name).toList());
        assertEquals(
                List.of("declined", "refused"),
                world.connection.record().events(SessionEvent.LoginFailed.class).stream()
                        .map(SessionEvent.LoginFailed::reason)
                        .toList());
    }

    @Test
    void holdsFailuresBackAsLongAsTheLimitsSay() {
        world.limits.reaction = new LoginReaction(Duration.ofSeconds(3), true);
        world.connect();
        assertEquals(ASKED, world.say("USER standard", "PASS wrong", "NOOP"));
        world.connection.elapse(Duration.ofMillis(2999));
        assertEquals("", world.connection.takeOutput());
        world.connection.elapse(Duration.ofMillis(1));
        assertEquals(Reply.LOGIN_FAILED.in(ENGLISH) + "\r\n", world.connection.takeOutput());
        assertEnded(SessionEnd.LOGIN_FAILURES);
    }

    @Test
    void unavailableIsNoFailureOfTheClient() {
        world.authentication.answer = Optional.of(new AuthenticationOutcome.Unavailable("why"));
        world.connect();
        assertEquals(ASKED + Reply.LOGIN_UNAVAILABLE.in(ENGLISH) + "\r\n", world.say(LOGIN));
        assertEquals(List.of(), world.limits.failed);
        assertEquals(
                "why",
                world.connection.record().events(SessionEvent.LoginFailed.class).get(0).reason());
        world.authentication.answer = Optional.empty();
        assertEquals(ASKED + Reply.LOGGED_IN.in(ENGLISH) + "\r\n", world.say(LOGIN));
    }

    @Test
    void backendsThatBreakTheirContractAreUnavailable() {
        world.authentication.answers = false;
        world.connect();
        world.say(LOGIN);
        world.authentication.attempts.get(0).outcome.completeExceptionally(new Error("planned"));
        world.connection.settle();
        assertEquals(Reply.LOGIN_UNAVAILABLE.in(ENGLISH) + "\r\n", world.connection.takeOutput());
    }

    @Test
    void pipelinedInputSurvivesTheLogin() {
        world.connect();
        assertEquals(
                ASKED
                        + Reply.LOGGED_IN.in(ENGLISH)
                        + "\r\n+OK 6 71151 octets\r\n"
                        + Reply.OK.in(ENGLISH)
                        + "\r\n",
                world.say(LOGIN, "STAT", "NOOP"));
    }

    @Test
    void takesNoInputWhileTheBackendsThink() {
        world.authentication.answers = false;
        world.connect();
        assertEquals(ASKED, world.say(LOGIN, "STAT"));
        assertTrue(world.connection.paused());
        world.authentication.attempts.get(0).outcome.complete(world.authentication.accept());
        world.connection.settle();
        assertEquals(
                Reply.LOGGED_IN.in(ENGLISH) + "\r\n+OK 6 71151 octets\r\n",
                world.connection.takeOutput());
        assertFalse(world.connection.paused());
    }

    @Test
    void lateLoginsAreCutOff() {
        world.connect();
        world.connection.elapse(Duration.ofSeconds(59));
        world.say("USER standard");
        assertEquals(Optional.empty(), world.connection.ended());
        world.connection.elapse(Duration.ofSeconds(1));
        assertEquals("", world.connection.takeOutput());
        assertEnded(SessionEnd.LOGIN_TIMEOUT);
    }

    @Test
    void acceptanceThatComesTooLateIsClosed() {
        world.authentication.answers = false;
        world.connect();
        world.say(LOGIN);
        world.connection.elapse(Duration.ofSeconds(60));
        assertEquals(Optional.of(SessionEnd.LOGIN_TIMEOUT), world.connection.ended());
        FakeAuthentication.Attempt attempt = world.authentication.attempts.get(0);
        assertTrue(attempt.cancelled);
        attempt.outcome.complete(world.authentication.accept());
        assertEnded(SessionEnd.LOGIN_TIMEOUT);
        assertThrows(
                IllegalStateException.class,
                () -> world.authentication.requests.get(0).secret().view());
        assertEquals(List.of(), world.limits.loggedIn);
    }

    @Test
    void whoHangsUpWhileHisPasswordIsCheckedHasFailed() {
        world.authentication.answers = false;
        world.connect();
        world.say(LOGIN);
        world.connection.elapse(HangUps.SOON.minusMillis(1));
        assertEquals(List.of(), world.limits.failed);
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(1, world.limits.failed.size());
        LoginAttempt counted = world.limits.failed.get(0);
        assertEquals(Optional.of(UserName.of("standard")), counted.name());
        assertTrue(counted.fingerprint().isPresent());
        world.authentication.attempts.get(0).outcome.complete(world.authentication.accept());
        assertEnded(SessionEnd.DISCONNECTED);
        assertEquals(1, world.limits.failed.size());
    }

    @Test
    void whoGivesUpOnABackendThatHangsHasNot() {
        world.authentication.answers = false;
        world.connect();
        world.say(LOGIN);
        world.connection.elapse(HangUps.SOON);
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(List.of(), world.limits.failed);
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void whoseConnectionWeEndHasNot() {
        world.authentication.answers = false;
        world.connect();
        world.say(LOGIN);
        world.connection.end(SessionEnd.KICKED).settle();
        assertEquals(List.of(), world.limits.failed);
        assertEnded(SessionEnd.KICKED);
    }

    @Test
    void whoHangsUpAfterHisAnswerIsCountedForThatAlone() {
        world.connect();
        world.say("USER standard", "PASS wrong");
        assertEquals(1, world.limits.failed.size());
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(1, world.limits.failed.size());
        assertEnded(SessionEnd.DISCONNECTED);
    }

    @Test
    void afterTheLoginTheListenersTimeoutHolds() {
        world.login();
        world.connection.elapse(Duration.ofSeconds(599));
        assertEquals(Reply.OK.in(ENGLISH) + "\r\n", world.say("NOOP"));
        world.connection.elapse(Duration.ofSeconds(599));
        assertEquals(Optional.empty(), world.connection.ended());
        world.connection.elapse(Duration.ofSeconds(1));
        assertEnded(SessionEnd.IDLE);
    }

    @Test
    void limitsMayRefuseAndThenMailIsNotOpened() {
        world.limits.admissions.add(new Admission.Refused("per user limit reached"));
        world.connect();
        assertEquals(ASKED + Reply.USERS_SESSIONS.in(ENGLISH) + "\r\n", world.say(LOGIN));
        assertEquals(Optional.of("per user limit reached"), world.connection.detail());
        assertEquals(List.of(), world.mailboxes.calls);
        assertEnded(SessionEnd.LIMIT);
    }

    @Test
    void limitsMayDelay() {
        Duration moment = Duration.ofSeconds(2);
        world.limits.admissions.add(new Admission.Delayed(moment));
        world.limits.admissions.add(new Admission.Delayed(moment));
        world.connect();
        assertEquals(ASKED, world.say(LOGIN));
        world.connection.elapse(Duration.ofMillis(3999));
        assertEquals("", world.connection.takeOutput());
        world.connection.elapse(Duration.ofMillis(1));
        assertEquals(Reply.LOGGED_IN.in(ENGLISH) + "\r\n", world.connection.takeOutput());
        assertEquals(3, world.limits.loggedIn.size());
    }

    @Test
    void passesTheMailboxesBoundsOn() {
        world.limits.bounds = new SessionBounds(10, 10, new MailboxBounds(7, 8));
        world.login();
        assertEquals(new MailboxBounds(7, 8), world.mailboxes.bounds);
    }

    @ParameterizedTest
    @EnumSource(MailboxException.Kind.class)
    void mailboxesThatDoNotOpenEndTheSession(MailboxException.Kind kind) {
        world.mailboxes.waits(FakeMailboxes.Call.OPEN, Duration.ofSeconds(1));
        world.mailboxes.fails(FakeMailboxes.Call.OPEN, kind);
        world.connect();
        world.say(LOGIN);
        world.connection.elapse(Duration.ofSeconds(1));
        assertEquals(Reply.notOpened(kind).in(ENGLISH) + "\r\n", world.connection.takeOutput());
        assertEquals(Optional.of("planned"), world.connection.detail());
        assertEnded(SessionEnd.MAILBOX_FAILED);
    }

    @ParameterizedTest
    @EnumSource(StorageException.Kind.class)
    void storagesThatDoNotOpenEndTheSession(StorageException.Kind kind) {
        world.access.failure = Optional.of(new StorageException(kind, "planned"));
        world.connect();
        String code = kind == StorageException.Kind.NOT_PERMITTED ? "[SYS/PERM]" : "[SYS/TEMP]";
        assertTrue(world.say(LOGIN).startsWith(ASKED + "-ERR " + code + " "));
        assertEquals(Optional.of("planned"), world.connection.detail());
        assertEnded(SessionEnd.MAILBOX_FAILED);
    }

    @Test
    void fullWorkersAreTryLater() {
        world.connect();
        world.connection.workersFull(true);
        assertEquals(
                ASKED + Reply.notOpened(MailboxException.Kind.UNAVAILABLE).in(ENGLISH) + "\r\n",
                world.say(LOGIN));
        assertEnded(SessionEnd.MAILBOX_FAILED);
    }

    @Test
    void faultsEndTheSessionWithoutAReply() {
        world.mailboxes.breaks(FakeMailboxes.Call.OPEN);
        world.connect();
        assertEquals(ASKED, world.say(LOGIN));
        assertEnded(SessionEnd.FAILED);
    }

    @Test
    void faultsOfTheBackendsLeaveNothing() {
        world.authentication.fails = true;
        world.connect();
        world.connection.receive(LOGIN + "\r\n");
        assertThrows(IllegalStateException.class, world.connection::step);
        world.connection.end(SessionEnd.FAILED).settle();
        assertEquals(0, world.connection.buffersHeld());
        assertThrows(
                IllegalStateException.class,
                () -> world.authentication.requests.get(0).secret().view());
        assertEnded(SessionEnd.FAILED);
    }

    @Test
    void openingMayTakeLongerThanALogin() {
        for (int i = 0; i < 3; i++) {
            world.mailboxes.waits(FakeMailboxes.Call.OPEN, Duration.ofSeconds(50));
        }
        world.connect();
        world.say(LOGIN);
        world.connection.elapse(Duration.ofSeconds(150));
        assertEquals(Reply.LOGGED_IN.in(ENGLISH) + "\r\n", world.connection.takeOutput());
    }

    @Test
    void passwordsThatMayNotCrossAreNotAskedAbout() {
        Pop3World clear =
                world(
                        new ManualConnection(
                                ManualConnection.settings(Duration.ofMinutes(10)),
                                false,
                                TlsLevel.NONE));
        clear.connect();
        String required = Reply.ENCRYPTION_REQUIRED.in(ENGLISH) + "\r\n";
        assertEquals(required + required, clear.say(LOGIN));
        assertEquals(List.of(), clear.authentication.requests);
    }

    @Test
    void passwordsMayCrossOnceTheConnectionIsEncrypted() {
        Pop3World stls =
                world(
                        new ManualConnection(
                                        ManualConnection.settings(Duration.ofMinutes(10)),
                                        false,
                                        TlsLevel.NONE)
                                .offerEncryption());
        stls.connect();
        assertEquals(
                Reply.ENCRYPTING.in(ENGLISH) + "\r\n",
                stls.say("STLS", "USER standard", "PASS injected"));
        assertEquals("", stls.say("CAPA"), "nothing is read before the handshake");
        stls.connection.handshake().settle();
        String capabilities = stls.connection.takeOutput();
        assertTrue(capabilities.contains("\r\nUSER\r\n"), capabilities);
        assertFalse(capabilities.contains("STLS"), capabilities);
        assertEquals(ASKED + Reply.LOGGED_IN.in(ENGLISH) + "\r\n", stls.say(LOGIN));
        assertEquals(TlsLevel.ENCRYPTED, stls.authentication.requests.get(0).tls());
        assertEquals(1, stls.authentication.requests.size());
    }

    @Test
    void connectionsLostInTheHandshakeLeaveNothing() {
        Pop3World stls = world(new ManualConnection().offerEncryption());
        stls.connect();
        stls.say("USER standard", "STLS");
        stls.connection.end(SessionEnd.TLS_FAILED).settle();
        assertEquals(0, stls.held());
        assertEquals(0, stls.connection.timers());
        assertEquals(0, stls.connection.buffersHeld());
    }

    @Test
    void secretsAreNotInTheEvents() {
        world.connect();
        world.say("USER standard", "PASS correct horse");
        world.say("PASS correct horse", "USER ann", "correct horse");
        assertFalse(world.connection.record().events().toString().contains("horse"));
        assertFalse(world.connection.output().contains("horse"));
    }

    @Test
    void octetsOfTheSecretAreThoseTyped() {
        world.authentication.answers = false;
        world.connect();
        world.connection.receive("USER a\r\nPASS  \u00e9 \r\n").settle();
        assertEquals(
                ByteBuffer.wrap(new byte[] {' ', (byte) 0xE9, ' '}),
                world.authentication.requests.get(0).secret().view());
    }
}
