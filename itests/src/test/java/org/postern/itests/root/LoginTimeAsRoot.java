package org.postern.itests.root;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.LoginTimes;
import org.postern.itests.SampleMail;

/**
 * Who is not known, and who is and mistyped, take the same time through the helper. All three
 * backends at once: most of the time is the 3 s that a name waits which has failed a dozen times,
 * known or not. The hashes are of the system's usual kind, which is what an unknown name runs.
 */
@ExtendWith(SiteExtension.class)
class LoginTimeAsRoot {
    /**
     * Of each kind. What 2,000 say is kept in docs/evidence; POSTERN_LOGIN_TRIES asks for as many.
     */
    private static final int TRIES =
            Integer.parseInt(System.getenv().getOrDefault("POSTERN_LOGIN_TRIES", "200"));

    /**
     * At each backend: so few that the processors keep up and nobody waits for others, and enough
     * to have them wait for their names' delays together.
     */
    private static final int AT_ONCE = 40;

    /** Until both names wait as long as names ever do. */
    private static final int WARM_UP = 24;

    /** What a hash of the system takes is more, and is what an unknown name would save. */
    private static final double TOLD_APART_MILLIS = 2;

    /**
     * Longer than a check takes while as many are under way as there are, and other tests beside
     * them: pam_unix takes less for an unknown name, and what outlasts one delay waits for the
     * next.
     */
    private static final String FAILURE_DELAY_MILLIS = "1000";

    private final Site site;

    LoginTimeAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void unknownAndWrongTakeTheSameTime() throws Exception {
        long seed = System.nanoTime();
        System.out.println("LoginTimeAsRoot: seed " + seed);
        Random seeds = new Random(seed);
        for (String user : List.of("tick", "tock", "clock")) {
            site.users().add(user, SystemUsers.USUAL);
        }
        site.virtualUser(
                "vic",
                "clock",
                SystemUsers.USUAL,
                SystemUsers.password("clock"),
                SampleMail.mboxEntry("x\n\nx\n"));
        site.helper().reconfigure(Map.of("failureDelay", FAILURE_DELAY_MILLIS));
        site.server()
                .configure("org.postern.helper", "socket=" + site.helper().socket(), "checks=500");
        Map<String, Callable<LoginTimes>> measured = new LinkedHashMap<>();
        measured.put("shadow", of(site.shadow(), SystemUsers.name("tick"), seeds.nextLong()));
        measured.put("pam", of(site.pam(), SystemUsers.name("tock"), seeds.nextLong()));
        measured.put("vhome", of(site.vhome(), "vic", seeds.nextLong()));
        ExecutorService threads = Executors.newFixedThreadPool(measured.size());
        Map<String, LoginTimes> results = new LinkedHashMap<>();
        try {
            Map<String, Future<LoginTimes>> underWay = new LinkedHashMap<>();
            measured.forEach((name, work) -> underWay.put(name, threads.submit(work)));
            for (Map.Entry<String, Future<LoginTimes>> one : underWay.entrySet()) {
                results.put(one.getKey(), one.getValue().get());
            }
        } finally {
            threads.shutdownNow();
        }
        results.forEach(
                (name, times) ->
                        System.out.println(name + ", unknown name and wrong password: " + times));
        List<String> toldApart = new ArrayList<>();
        results.forEach(
                (name, times) -> {
                    if (!times.alike(TOLD_APART_MILLIS)) {
                        toldApart.add(name + ": " + times);
                    }
                });
        assertTrue(toldApart.isEmpty(), toldApart.toString());
    }

    private static Callable<LoginTimes> of(InetSocketAddress listener, String known, long seed) {
        LoginTimes.Wrong unknown = new LoginTimes.Wrong("nobody-of-" + listener.getPort(), "wrong");
        LoginTimes.Wrong wrong = new LoginTimes.Wrong(known, "wrong");
        Random random = new Random(seed);
        return () -> {
            LoginTimes.measure(listener, unknown, wrong, WARM_UP, WARM_UP, random);
            LoginTimes times = LoginTimes.measure(listener, unknown, wrong, TRIES, AT_ONCE, random);
            // One in twenty intervals is beside what it is of: what is told twice is told.
            return times.alike(TOLD_APART_MILLIS)
                    ? times
                    : LoginTimes.measure(listener, unknown, wrong, TRIES, AT_ONCE, random);
        };
    }
}
