package org.postern.itests.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A module of PAM that hangs is waited for by those alone whom it checks, and for a bounded time.
 */
@ExtendWith(SiteExtension.class)
class HangingPamAsRoot {
    private static final int HANGING = 8;
    private static final int FEWEST = 10;
    private static final long MOST_MILLIS = 2000;

    private final Site site;

    HangingPamAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void othersLogInMeanwhile() throws Exception {
        site.users().add("hangs", "-G", SystemUsers.SLOW);
        site.users().add("passes");
        for (InetSocketAddress listener : List.of(site.shadow(), site.pam())) {
            site.login(listener, "passes").quit();
        }
        ExecutorService clients = Executors.newFixedThreadPool(HANGING);
        try {
            List<Future<String>> hanging = new ArrayList<>();
            for (int i = 0; i < HANGING; i++) {
                hanging.add(
                        clients.submit(
                                () ->
                                        Site.reply(
                                                site.pam(),
                                                SystemUsers.name("hangs"),
                                                SystemUsers.password("hangs"))));
            }
            Waiting.closely("the checks to hang", () -> site.helper().checkers().size() == HANGING);
            List<Long> millis = new ArrayList<>();
            while (hanging.stream().noneMatch(Future::isDone)) {
                InetSocketAddress listener = millis.size() % 2 == 0 ? site.shadow() : site.pam();
                long start = System.nanoTime();
                site.login(listener, "passes").quit();
                millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            }
            Collections.sort(millis);
            System.out.println(
                    millis.size()
                            + " sessions of others while "
                            + HANGING
                            + " checks hang: median "
                            + millis.get(millis.size() / 2)
                            + " ms, slowest "
                            + millis.get(millis.size() - 1)
                            + " ms");
            assertTrue(millis.size() >= FEWEST, millis.toString());
            assertTrue(millis.get(millis.size() - 1) < MOST_MILLIS, millis.toString());
            for (Future<String> reply : hanging) {
                assertEquals("-ERR [SYS/TEMP]", reply.get().substring(0, 15));
            }
        } finally {
            clients.shutdownNow();
        }
        site.assertSettled();
        Waiting.until(
                "what the module started to end",
                () -> Processes.withCommand(SystemUsers.SLOW_COMMAND).isEmpty());
    }
}
