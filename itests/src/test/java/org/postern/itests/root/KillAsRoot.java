package org.postern.itests.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.itests.PopClient;
import org.postern.itests.SampleMail;

/**
 * SIGKILL for each process at each moment: what may end ends, nothing else does, nothing is left,
 * and the next login works once what died has been started again.
 */
@ExtendWith(SiteExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillAsRoot {
    private static final String OTHER = "other";

    private final Site site;
    private Path big;

    KillAsRoot(Site site) throws IOException {
        this.site = site;
        PhasedSession.addUsers(site.users());
        site.users().add(OTHER);
        site.users().mail(OTHER, SampleMail.mboxEntry("Subject: other\n\nother\n"));
    }

    @BeforeEach
    void fill() throws IOException {
        big = BigMailbox.fill(site.users(), PhasedSession.BIG);
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"CONNECTED", "QUEUED", "CHECKING"},
            mode = EnumSource.Mode.EXCLUDE)
    void anAgentDiesAlone(Phase phase) throws Exception {
        try (PopClient other = site.login(site.shadow(), OTHER);
                PhasedSession session = PhasedSession.bring(site, phase)) {
            long uid = site.users().uid(PhasedSession.user(phase));
            for (long agent : site.helper().agents(uid)) {
                Processes.signal("KILL", agent);
            }
            session.assertEnd();
            assertGoesOn(other);
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"QUEUED", "CHECKING"})
    void aCheckerDiesAlone(Phase phase) throws Exception {
        try (PopClient other = site.login(site.shadow(), OTHER);
                PhasedSession session = PhasedSession.bring(site, phase)) {
            Processes.signal("KILL", checker(phase));
            session.assertEnd();
            assertGoesOn(other);
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"QUEUED", "CHECKING"})
    void aSessionTakesItsCheckerAlong(Phase phase) throws Exception {
        try (PopClient other = site.login(site.shadow(), OTHER);
                PhasedSession session = PhasedSession.bring(site, phase)) {
            long checker = checker(phase);
            Processes.signal("KILL", Processes.parent(checker));
            // Sooner than the module of PAM lets it end.
            Waiting.within(Duration.ofSeconds(2), "its end", () -> Processes.uid(checker) < 0);
            session.assertEnd();
            assertGoesOn(other);
        }
        assertNothingIsLeft();
    }

    private long checker(Phase phase) throws IOException {
        return phase == Phase.QUEUED
                ? PhasedSession.waiting(site).get(0)
                : site.helper().checkers().get(0);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void theMonitorTakesTheHelpersProcessesAlong(Phase phase) throws Exception {
        FileTime before = Files.getLastModifiedTime(big);
        try (PhasedSession session = PhasedSession.bring(site, phase)) {
            site.helper().kill();
            Waiting.until("all of them to end", () -> site.helper().others().isEmpty());
            session.assertEnd();
            site.helper().start();
            if (phase == Phase.CONNECTED) {
                logIn(session.client(), PhasedSession.HEAVY);
                session.client().quit();
            }
        }
        if (!phase.isUpdate()) {
            assertEquals(before, Files.getLastModifiedTime(big));
        }
        assertNothingIsLeft();
    }

    private static void logIn(PopClient client, String user) throws IOException {
        client.ok("USER " + SystemUsers.name(user));
        client.ok("PASS " + SystemUsers.password(user));
    }

    /** All moments at once, as each takes a start of the server. */
    @Test
    void theServerTakesAllSessionsAlong() throws Exception {
        List<PhasedSession> sessions = new ArrayList<>();
        for (Phase phase : List.of(Phase.CONNECTED, Phase.OPENED, Phase.RETRIEVING)) {
            sessions.add(PhasedSession.bring(site, phase));
        }
        sessions.add(PhasedSession.bring(site, Phase.QUEUED));
        // The last one stops the server in its rewrite, and so keeps the others where they are.
        PhasedSession closing = PhasedSession.bring(site, Phase.OPENED);
        PhasedSession rewriting = PhasedSession.bring(site, Phase.REWRITING);
        sessions.add(rewriting);
        sessions.add(closing);
        closing.client().send("QUIT\r\n");
        site.server().kill();
        Waiting.until("all agents to end", () -> site.helper().others().isEmpty());
        assertTrue(site.helper().isAlive());
        Site.assertUnlocked(big);
        for (PhasedSession session : sessions) {
            session.abandon();
        }

        // The rewrite was under way, so whoever comes next ends it.
        site.startServer();
        try (PopClient client = site.login(site.shadow(), PhasedSession.BIG)) {
            int messages = Integer.parseInt(client.ok("STAT").split(" ", -1)[1]);
            assertEquals(BigMailbox.MESSAGES - 1, messages);
            client.quit();
        }
        assertTrue(BigMailbox.isWithoutFirst(big));
        BigMailbox.fill(site.users(), PhasedSession.BIG);
        assertNothingIsLeft();
    }

    /** The login that the server has not heard of yet. */
    @Test
    void theServerTakesAnAgentAlongThatItDoesNotKnow() throws Exception {
        PhasedSession session = PhasedSession.bring(site, Phase.ACCEPTED);
        site.server().kill();
        Waiting.until("the agent to end", () -> site.helper().others().isEmpty());
        session.abandon();
        site.startServer();
        assertNothingIsLeft();
    }

    private static void assertGoesOn(PopClient other) throws IOException {
        other.ok("STAT");
        assertEquals("other", other.lines("RETR 1").get(2));
        other.ok("DELE 1");
        other.ok("RSET");
        other.quit();
    }

    private void assertNothingIsLeft() throws Exception {
        site.assertSettled(big, site.users().mailbox(OTHER));
        for (String user : List.of(OTHER, PhasedSession.BIG)) {
            site.login(site.shadow(), user).quit();
        }
        site.login(site.pam(), OTHER).quit();
        site.assertSettled(big, site.users().mailbox(OTHER));
    }
}
