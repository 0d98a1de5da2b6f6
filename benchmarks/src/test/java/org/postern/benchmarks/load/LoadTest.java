package org.postern.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each number of the driver means. */
class LoadTest {
    private TinyServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TinyServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Options options(String... more) {
        List<String> all =
                new ArrayList<>(List.of("--port", Integer.toString(server.address().getPort())));
        all.addAll(Arrays.asList(more));
        return Options.parse(all);
    }

    private Report run(String mode, String... more) throws InterruptedException {
        return Load.run(mode, options(more)).get(0);
    }

    private static double number(Report report, String key) {
        return report.number(key).orElseThrow(() -> new AssertionError(key + ": " + report));
    }

    private static void assertClean(Report report) {
        assertEquals(0, number(report, "errors"), report.toString());
    }

    @Test
    void countsSessionsAndTakesAccountsInTurns() throws InterruptedException {
        Report report =
                run("session", "--conc", "3", "--count", "20", "--users", "4", "--first", "7");
        assertClean(report);
        assertEquals(20, number(report, "sessions"));
        assertEquals(20, Collections.frequency(server.asked, "QUIT"));
        for (int account = 7; account < 11; account++) {
            assertEquals(5, Collections.frequency(server.asked, "USER u" + account));
        }
    }

    @Test
    void aLoginEndsWithPassAndASessionWithQuit() throws InterruptedException {
        server.answerMillis = 40;
        server.closeMillis = 80;
        Report report = run("session", "--count", "2");
        assertClean(report);
        assertTrue(number(report, "login_p50_ms") >= 40, report.toString());
        assertTrue(number(report, "p50_ms") >= number(report, "login_p50_ms"), report.toString());
        assertTrue(number(report, "p50_ms") < 80, report.toString());
        // The rate counts the server's tear-down, too.
        assertTrue(number(report, "secs") >= 2 * 0.12, report.toString());
    }

    @Test
    void whatFailsIsNoSession() throws InterruptedException {
        Report report = run("session", "--count", "3", "--pass", "wrong");
        assertEquals(3, number(report, "errors"));
        assertEquals(0, number(report, "sessions"));
        assertEquals("PASS: got -ERR no", report.text("first_error"));
    }

    @Test
    void countsOctetsAsListDoes() throws InterruptedException {
        Report report = run("retr", "--count", "2");
        assertClean(report);
        assertEquals(0, number(report, "size_mismatch"));
        assertEquals(6, number(report, "msgs"));
        assertEquals(2 * TinyServer.octets(), number(report, "octets"));
        assertEquals(2 * 3, number(report, "dots_stuffed"));
        assertEquals(2, number(report, "bare_lf"));
    }

    @Test
    void countsTheSameWhateverPiecesItComesIn() throws InterruptedException {
        server.byOctets = true;
        Report report = run("retr", "--count", "1");
        assertClean(report);
        assertEquals(0, number(report, "size_mismatch"));
        assertEquals(TinyServer.octets(), number(report, "octets"));
        assertEquals(3, number(report, "dots_stuffed"));
        assertEquals(1, number(report, "bare_lf"));
    }

    @Test
    void seesAMessageThatIsNotOfItsSize() throws InterruptedException {
        server.wrongSize = true;
        assertEquals(1, number(run("retr", "--count", "1"), "size_mismatch"));
    }

    @Test
    void pipelinesNoMoreThanAskedFor() throws InterruptedException {
        Report report = run("retr", "--count", "1", "--depth", "2");
        assertClean(report);
        assertEquals(
                List.of("RETR 1", "RETR 2", "RETR 3"),
                server.asked.stream().filter(line -> line.startsWith("RETR")).toList());
    }

    @Test
    void measuresEachStepOfAnOpening() throws InterruptedException {
        server.answerMillis = 40;
        List<Report> reports = Load.run("open", options("--count", "2"));
        assertEquals(2, reports.size());
        for (Report report : reports) {
            assertClean(report);
            assertEquals(3, number(report, "msgs"));
            assertEquals(3, number(report, "uidl_n"));
            assertEquals("true", report.text("list_sum_equals_stat"));
            assertTrue(number(report, "pass_ms") >= 40, report.toString());
            assertEquals(
                    number(report, "pass_ms")
                            + number(report, "stat_ms")
                            + number(report, "uidl_ms"),
                    number(report, "pass_stat_uidl_ms"),
                    0.01);
        }
    }

    @Test
    void deletesEveryOtherAndCountsAgain() throws InterruptedException {
        server.closeMillis = 40;
        Report report = run("dele", "--verify", "yes");
        assertClean(report);
        assertEquals(Set.of(1, 3), server.deleted);
        assertEquals(2, number(report, "deleted"));
        assertEquals(2, Collections.frequency(server.asked, "QUIT"));
        assertEquals(1, number(report, "after_msgs"));
        assertTrue(number(report, "quit_ms") < 40, report.toString());
        assertTrue(number(report, "quit_eof_ms") >= 40, report.toString());
    }

    @Test
    void idleSessionsStandUntilTheyAreEnded() throws InterruptedException {
        try (IdleSessions idle = IdleSessions.open(options("--count", "5", "--conc", "2"))) {
            assertEquals(5, number(idle.report(), "up"));
            assertEquals(5, server.asked.stream().filter(l -> l.startsWith("PASS")).count());
            assertFalse(server.asked.contains("QUIT"));
            assertEquals(5, idle.quit());
        }
        assertEquals(5, Collections.frequency(server.asked, "QUIT"));
    }

    @Test
    void idleSessionsNeedNotLogIn() throws InterruptedException {
        try (IdleSessions idle = IdleSessions.open(options("--count", "3", "--state", "preauth"))) {
            assertEquals(3, number(idle.report(), "up"));
            assertEquals(List.of(), server.asked);
        }
    }

    @Test
    void doesNotWaitForEver() throws InterruptedException {
        server.silent = true;
        Report report = run("session", "--count", "1", "--timeout", "1");
        assertEquals(1, number(report, "errors"));
        assertEquals("no answer in time", report.text("first_error"));
    }

    @Test
    void refusesACommandLineThatMakesNoSense() {
        for (String[] wrong : new String[][] {{"--port"}, {"--x", "1"}, {"--conc", "0"}}) {
            assertThrows(IllegalArgumentException.class, () -> Options.parse(Arrays.asList(wrong)));
        }
        assertThrows(IllegalArgumentException.class, () -> Load.run("some", options()));
    }

    @Test
    void readsWhatAnotherDriverSays() {
        Report report =
                Report.parse(
                        "{\"mode\":\"open\",\"label\":\"\",\"list_sum_equals_stat\":true,\"pass_ms\":1.250,\"errors\":0,\"first_error\":\"\"}");
        assertEquals(1.25, number(report, "pass_ms"));
        assertEquals("true", report.text("list_sum_equals_stat"));
        assertEquals("", report.text("first_error"));
        assertEquals(
                "{\"mode\":\"open\",\"label\":\"\",\"list_sum_equals_stat\":\"true\",\"pass_ms\":1.250,\"errors\":0,\"first_error\":\"\"}",
                report.toString());
        assertThrows(IllegalArgumentException.class, () -> Report.parse("no answer"));
    }
}
