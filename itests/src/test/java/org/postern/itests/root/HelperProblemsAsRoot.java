package org.postern.itests.root;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.itests.PosternServer;

/** Whatever is wrong with the helper, users are told to try later, and the operator what to do. */
@ExtendWith(SiteExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HelperProblemsAsRoot {
    private static final String USER = "patient";
    // REFUSED, with the reason that the request's version is another one.
    private static final String OTHER_VERSION = "50535432ffff000100000015000000000027000102";

    // What some other server would say.
    private static final String NOT_A_REPLY = "2b4f4b2072656164792c2077686f2061726520796f753f0d0a";

    private final Site site;

    HelperProblemsAsRoot(Site site) throws IOException {
        this.site = site;
        site.users().add(USER);
        site.virtualUser(SystemUsers.name(USER), USER, SystemUsers.password(USER), "");
    }

    @Test
    void everyProblemIsNamedWithItsRemedy() throws Exception {
        assertServed();

        site.helper().stop();
        assertNamed("no socket at " + site.helper().socket(), "start postern-helper");
        site.helper().start();
        assertServed();

        site.helper().kill();
        assertNamed("nobody listens at " + site.helper().socket(), "start postern-helper");
        site.helper().start();
        assertServed();

        PosternServer.run(List.of("chmod", "0600", site.helper().socket().toString()));
        assertNamed("may not open " + site.helper().socket(), "\"peer\" in helper.conf");
        PosternServer.run(List.of("chmod", "0660", site.helper().socket().toString()));
        assertServed();

        site.helper().reconfigure(Map.of("peer", "nobody"));
        assertNamed("does not take connections from this process's user", "make it the \"peer\"");
        assertTrue(site.helper().log().contains("which is not the peer"), site.helper().log());
        site.helper().reconfigure(Map.of());
        assertServed();
    }

    @Test
    void whatIsNotThisHelperIsToldFromIt() throws Exception {
        Path directory = Files.createDirectory(Site.DIRECTORY.resolve("fakes"));
        PosternServer.run(List.of("chmod", "0777", directory.toString()));
        try (FakeHelper fake = FakeHelper.ofRoot(directory.resolve("version"), OTHER_VERSION)) {
            use(fake.socket());
            assertNamed("version 2 of the protocol", "install both from one release");
        }
        try (FakeHelper fake = FakeHelper.ofRoot(directory.resolve("other"), NOT_A_REPLY)) {
            use(fake.socket());
            assertNamed("does not speak the helper's protocol", "start postern-helper");
        }
        try (FakeHelper fake =
                FakeHelper.of("nobody", directory.resolve("nobody"), OTHER_VERSION)) {
            use(fake.socket());
            assertNamed("runs as uid", "see who may write in that directory");
        }
        use(site.helper().socket());
        assertServed();
    }

    private void use(Path socket) throws IOException {
        site.server().configure("org.postern.helper", "socket=" + socket);
    }

    /** Soon logins by every backend are answered "later"; the log and the console say this. */
    private void assertNamed(String problem, String remedy) throws Exception {
        int logged = site.server().log().length();
        for (InetSocketAddress listener : site.eachBackend()) {
            Waiting.until(
                    problem + " at " + listener,
                    () -> isPutOff(listener) && isLogged(logged, problem, remedy));
        }
        String list = site.server().console("mail:auth-list --no-format");
        for (String backend : List.of("shadow", "pam", "vhome")) {
            String row = row(list, backend);
            assertTrue(row.contains(problem) && row.contains(remedy), backend + ": " + list);
        }
    }

    private static boolean isPutOff(InetSocketAddress listener) throws IOException {
        return Site.reply(listener, SystemUsers.name(USER), SystemUsers.password(USER))
                .startsWith("-ERR [SYS/TEMP]");
    }

    private boolean isLogged(int from, String problem, String remedy) throws IOException {
        String log = site.server().log().substring(from);
        return log.contains(problem) && log.contains(remedy);
    }

    private static String row(String list, String backend) {
        return list.lines()
                .filter(line -> line.contains("\t" + backend + "\t"))
                .findFirst()
                .orElse("");
    }

    // By one backend: each that is served again is another line of the few a minute that are
    // logged.
    private void assertServed() throws Exception {
        Waiting.until(
                "the helper to be asked again",
                () -> {
                    try (PopClient client = site.login(site.shadow(), USER)) {
                        client.quit();
                        return true;
                    } catch (IOException notYet) {
                        return false;
                    }
                });
    }

    /** The helper's ports stay open while there is no server; who comes then is served later. */
    @Test
    void aRestartOfTheServerRefusesNobody() throws Exception {
        site.login(site.held(), USER).quit();
        site.server().stop();
        try (PopClient waiting = new PopClient(site.held())) {
            site.startServer();
            waiting.expectOk(waiting.line());
            waiting.ok("USER " + SystemUsers.name(USER));
            waiting.ok("PASS " + SystemUsers.password(USER));
            waiting.quit();
        }
    }
}
