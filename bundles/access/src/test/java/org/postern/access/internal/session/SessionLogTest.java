package org.postern.access.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.access.internal.limits.BoundsInForce;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.limits.ServerBounds;
import org.postern.api.net.TlsLevel;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionEvent.SessionTotals;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;
import org.postern.testkit.auth.ManualTime;

class SessionLogTest {
    private static final InetSocketAddress SOURCE = new InetSocketAddress("198.51.100.7", 40000);
    private static final SessionInfo SESSION =
            new SessionInfo(
                    new SessionId("abcdefghij01"),
                    "pop3",
                    "main",
                    SOURCE,
                    new InetSocketAddress("192.0.2.1", 110),
                    TlsLevel.NONE,
                    "",
                    Instant.EPOCH,
                    Optional.empty());

    private final ManualTime time = new ManualTime();
    private final RecordingLogger logger = new RecordingLogger();
    private final BoundsInForce bounds = new BoundsInForce();
    private final SessionLog log = new SessionLog(logger, bounds, time::nanos);

    private static SessionEvent.Closed closed(SessionInfo session, SessionEnd end, String detail) {
        return new SessionEvent.Closed(
                session, end, detail, new SessionTotals(3, 2, 1, 4567, Duration.ofMillis(8999)));
    }

    private static SessionInfo of(byte[] name) {
        return SESSION.withAccount(new Account(UserName.of(name), "virtual"));
    }

    @Test
    void theEndOfASessionIsOneLineWithTheKeysOfTheContract() {
        log.handle(closed(of(new byte[] {'a', 'n', 'n', 'a'}), SessionEnd.QUIT, ""));
        assertEquals(
                List.of(
                        "INFO session=abcdefghij01 user=anna backend=virtual source=198.51.100.7"
                                + " tls=none retrieved=3 deleted=2 left=1 octets=4567 seconds=8"
                                + " end=quit"),
                logger.lines());
    }

    @Test
    void whoNeverLoggedInHasNoName() {
        log.handle(closed(SESSION, SessionEnd.LOGIN_TIMEOUT, "anna"));
        String line = logger.lines().get(0);
        assertTrue(line.contains(" user=- backend=- "), line);
        assertTrue(line.endsWith(" end=login_timeout"), line);
        assertEquals(1, logger.lines().size());
    }

    @Test
    void aNameCannotForgeAFieldOrALine() {
        byte[] name = "a end=x\"\nsession=y\u001b[m\u00e4".getBytes(StandardCharsets.UTF_8);
        log.handle(closed(of(name), SessionEnd.DISCONNECTED, ""));
        String line = logger.lines().get(0);
        assertTrue(
                line.contains(
                        "user=a\\x20end=x\\x22\\x0asession=y\\x1b[m\\xc3\\xa4 backend=virtual"),
                line);
        assertEquals(11, line.chars().filter(c -> c == ' ').count());
    }

    @Test
    void anIpv6AddressIsWrittenWithoutItsInterface() throws Exception {
        InetSocketAddress scoped =
                new InetSocketAddress(
                        Inet6Address.getByAddress(
                                "",
                                new byte[] {
                                    (byte) 0xfe,
                                    (byte) 0x80,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    1
                                },
                                1),
                        40000);
        log.handle(new SessionEvent.Refused("main", scoped, "x"));
        assertTrue(logger.lines().get(0).contains(" source=fe80:0:0:0:0:0:0:1 "));
    }

    @Test
    void aFailureSaysWhyInALineOfItsOwn() {
        log.handle(closed(SESSION, SessionEnd.MAILBOX_FAILED, "inbox is a \"FIFO\"\nsession=x"));
        assertEquals(2, logger.lines().size());
        assertEquals(
                "WARN session failed session=abcdefghij01"
                        + " why=\"inbox is a \\x22FIFO\\x22\\x0asession=x\"",
                logger.lines().get(1));
    }

    @Test
    void aLongReasonIsCut() {
        log.handle(closed(SESSION, SessionEnd.FAILED, "word ".repeat(10_000)));
        assertTrue(logger.lines().get(1).length() < 700);
    }

    @Test
    void aFailedLoginIsLoggedWithoutTheTypedName() {
        log.handle(
                new SessionEvent.LoginFailed(
                        SESSION, Optional.of(UserName.of("hunter2")), "declined"));
        assertEquals(
                List.of(
                        "INFO login failed session=abcdefghij01 source=198.51.100.7"
                                + " reason=\"declined\""),
                logger.lines());
    }

    private void allow(int lines) {
        bounds.change(new ServerBounds(1, lines));
    }

    @Test
    void aFloodOfRefusalsIsCutShortAndCounted() {
        allow(7);
        for (int i = 0; i < 1000; i++) {
            log.handle(new SessionEvent.Refused("main", SOURCE, "per source limit reached"));
        }
        assertEquals(7, logger.lines().size());
        time.advance(Duration.ofSeconds(10));
        log.handle(new SessionEvent.Connected(SESSION));
        assertEquals(
                "INFO 993 refused connections were left out of this log", logger.lines().get(7));
    }

    @Test
    void aFloodOfFailedLoginsIsCutShortAndCountedAtTheEndToo() {
        allow(200);
        for (int i = 0; i < 1000; i++) {
            log.handle(
                    new SessionEvent.LoginFailed(
                            SESSION, Optional.of(UserName.of("x")), "declined"));
        }
        assertEquals(200, logger.lines().size());
        log.deactivate();
        assertTrue(logger.lines().get(200).contains("800 failed logins"));
    }

    @Test
    void aFloodOfSessionsWithoutALoginIsCutShortAndCounted() {
        allow(5);
        for (int i = 0; i < 1000; i++) {
            log.handle(closed(SESSION, SessionEnd.FAILED, "why"));
        }
        assertEquals(10, logger.lines().size(), "five ends, and why");
        time.advance(Duration.ofSeconds(10));
        log.handle(closed(SESSION, SessionEnd.DISCONNECTED, ""));
        assertEquals(
                List.of("INFO 995 sessions without a login were left out of this log"),
                logger.lines().subList(10, 11));
        assertEquals(12, logger.lines().size());
    }

    @Test
    void theEndOfASessionWithALoginIsNeverLeftOut() {
        allow(5);
        SessionInfo anna = of(new byte[] {'a', 'n', 'n', 'a'});
        for (int i = 0; i < 1000; i++) {
            log.handle(closed(SESSION, SessionEnd.DISCONNECTED, ""));
            log.handle(closed(anna, SessionEnd.FAILED, "why"));
        }
        long ends = logger.lines().stream().filter(line -> line.contains("user=anna")).count();
        assertEquals(1000, ends);
        assertEquals(1000 + 5 + 5, logger.lines().size());
    }

    @Test
    void aChangedNumberHoldsAtOnce() {
        allow(1);
        for (int i = 0; i < 10; i++) {
            log.handle(new SessionEvent.Refused("main", SOURCE, "x"));
        }
        assertEquals(1, logger.lines().size());
        allow(3);
        for (int i = 0; i < 10; i++) {
            log.handle(new SessionEvent.Refused("main", SOURCE, "x"));
        }
        assertEquals(3, logger.lines().size());
        allow(2);
        log.handle(new SessionEvent.Refused("main", SOURCE, "x"));
        assertEquals(3, logger.lines().size());
    }
}
