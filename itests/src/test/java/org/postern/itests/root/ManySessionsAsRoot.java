package org.postern.itests.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.itests.SampleMail;

/** As many sessions at once as popa3d permits by default, and what each of them costs. */
@ExtendWith(SiteExtension.class)
class ManySessionsAsRoot {
    private static final int SESSIONS = 500;
    private static final int USERS = 10;
    private static final int AT_ONCE = 16;
    // popa3d 1.0.3 of Debian 12, measured with as many sessions.
    private static final double POPA3D_KIB = 218;

    private final Site site;

    ManySessionsAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void allAreServedAndNothingIsLeft() throws Exception {
        for (int i = 0; i < USERS; i++) {
            site.users().add("many" + i);
            site.users().mail("many" + i, SampleMail.mboxEntry("Subject: many\n\nmany\n"));
        }
        site.login(site.shadow(), "many0").quit();
        site.assertSettled();
        long javaBefore = Processes.proportionalKib(site.java());
        long monitorBefore = Processes.proportionalKib(site.helper().pid());

        List<PopClient> sessions = new ArrayList<>();
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<PopClient>> logins = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                String user = "many" + i % USERS;
                logins.add(clients.submit(() -> site.login(site.shadow(), user)));
            }
            for (Future<PopClient> login : logins) {
                sessions.add(login.get());
            }
            for (PopClient session : sessions) {
                session.ok("NOOP");
                assertTrue(session.ok("STAT").startsWith("+OK 1 "));
            }
            report(javaBefore, monitorBefore);
            for (PopClient session : sessions) {
                session.quit();
            }
        } finally {
            clients.shutdownNow();
            for (PopClient session : sessions) {
                session.close();
            }
        }
        site.assertSettled(site.users().mailbox("many0"));
    }

    private void report(long javaBefore, long monitorBefore) throws IOException {
        List<Long> agents = site.helper().others();
        assertEquals(SESSIONS, agents.size());
        long helper = Processes.proportionalKib(site.helper().pid()) - monitorBefore;
        for (long agent : agents) {
            helper += Processes.proportionalKib(agent);
        }
        long java = Processes.proportionalKib(site.java()) - javaBefore;
        System.out.printf(
                "%d idle sessions: %.1f KiB each (helper %.1f, growth of the JVM %.1f); popa3d: %.0f"
                        + " KiB%n",
                SESSIONS,
                (double) (helper + java) / SESSIONS,
                (double) helper / SESSIONS,
                (double) java / SESSIONS,
                POPA3D_KIB);
    }
}
