package org.postern.itests.root;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.itests.SampleMail;

/**
 * The backends are switched under load: sessions go on, and whom both the old and the new setting
 * let in is let in all the time.
 */
@ExtendWith(SiteExtension.class)
class SwitchAsRoot {
    private static final String USER = "everywhere";
    private static final String MESSAGE = "Subject: everywhere\n\neverywhere\n";
    private static final List<String> BACKENDS = List.of("virtual", "shadow", "pam");
    private static final int SWITCHES = 10;
    private static final int LOGINS_PER_SWITCH = 100;
    private static final int LEAST_RATE = 100;
    // More than the least, so that a machine that is busy meanwhile need not be at fault.
    private static final int RATE = 135;
    private static final int THREADS = 16;
    private static final long INTERVAL_MICROS = 1_000_000 / RATE;

    private final Site site;

    SwitchAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void noLoginFailsAndNoSessionEnds() throws Exception {
        site.users().add(USER);
        site.users().mail(USER, SampleMail.mboxEntry(MESSAGE));
        String name = SystemUsers.name(USER);
        Path home = site.server().home(name);
        Files.writeString(home.resolve("inbox"), SampleMail.mboxEntry(MESSAGE));
        site.server().own(home);
        site.server()
                .userLine(
                        name
                                + ":{CRYPT}"
                                + site.users().hash(USER)
                                + "::::"
                                + home
                                + "::userdb_mail=mbox:~/inbox");
        List<PopClient> sessions = new ArrayList<>();
        for (String backend : BACKENDS) {
            use(backend);
            Waiting.until(backend + " to be used", () -> isServedBy(backend));
            sessions.add(site.login(site.configured(), USER));
        }

        Map<String, AtomicInteger> outcomes = new ConcurrentSkipListMap<>();
        AtomicInteger begun = new AtomicInteger();
        ScheduledExecutorService load = Executors.newScheduledThreadPool(THREADS);
        long start = System.nanoTime();
        long rate;
        try {
            for (int thread = 0; thread < THREADS; thread++) {
                var unused =
                        load.scheduleAtFixedRate(
                                () -> {
                                    begun.incrementAndGet();
                                    outcomes.computeIfAbsent(login(), o -> new AtomicInteger())
                                            .incrementAndGet();
                                },
                                thread * INTERVAL_MICROS,
                                THREADS * INTERVAL_MICROS,
                                TimeUnit.MICROSECONDS);
            }
            for (int i = 0; i < SWITCHES; i++) {
                String backend = BACKENDS.get(i % BACKENDS.size());
                int before = begun.get();
                use(backend);
                Waiting.until("logins", () -> begun.get() >= before + LOGINS_PER_SWITCH);
                Waiting.until(backend + " to be used", () -> isServedBy(backend));
                for (PopClient session : sessions) {
                    session.ok("NOOP");
                    assertArrayEquals(SampleMail.sentFromMbox(MESSAGE), session.retrieve(1));
                }
            }
            rate = perSecond(ended(outcomes), System.nanoTime() - start);
        } finally {
            load.shutdown();
            assertTrue(load.awaitTermination(1, TimeUnit.MINUTES));
        }
        System.out.println(SWITCHES + " switches under " + rate + " logins a second: " + outcomes);
        assertTrue(rate >= LEAST_RATE, rate + " logins a second");
        for (PopClient session : sessions) {
            session.quit();
        }
        assertEquals(List.of("served"), List.copyOf(outcomes.keySet()), outcomes.toString());
        site.assertSettled(site.users().mailbox(USER));
    }

    private static int ended(Map<String, AtomicInteger> outcomes) {
        return outcomes.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    private static long perSecond(int count, long nanos) {
        return count * 1000L / TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private void use(String backend) throws IOException {
        site.server().configure("org.postern.auth", "backends=" + backend);
    }

    /** Whether the newest session in the log says so. */
    private boolean isServedBy(String backend) throws IOException {
        login();
        String log = site.server().log();
        int end = log.lastIndexOf("user=" + SystemUsers.name(USER));
        return end >= 0 && log.startsWith("backend=" + backend + " ", log.indexOf(' ', end) + 1);
    }

    private String login() {
        try (PopClient client = site.login(site.configured(), USER)) {
            client.ok("STAT");
            client.quit();
            return "served";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
