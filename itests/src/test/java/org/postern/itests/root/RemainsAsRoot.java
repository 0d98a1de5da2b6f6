package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.testkit.auth.HiddenPassword;
import org.postern.testkit.auth.ProcessMemory;

/** After many logins no process that goes on has any of the passwords in its memory. */
@ExtendWith(SiteExtension.class)
class RemainsAsRoot {
    private static final int LOGINS = 1000;
    private static final int AT_ONCE = 16;
    private static final int USERS = 4;
    // Each failure makes the next login by that name wait.
    private static final int FAILURES = 100;

    private final Site site;

    RemainsAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void noPasswordIsLeftInMemory() throws Exception {
        List<HiddenPassword> right = new ArrayList<>();
        List<HiddenPassword> wrong = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            right.add(new HiddenPassword());
            wrong.add(new HiddenPassword());
            site.users().add("remains" + i);
            site.users().setPassword("remains" + i, SystemUsers.CHEAP, text(right.get(i)));
        }
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        int accepted = 0;
        try {
            List<Future<Boolean>> logins = new ArrayList<>();
            for (int i = 0; i < LOGINS; i++) {
                int number = i;
                int user = i % USERS;
                InetSocketAddress listener = i / USERS % 2 == 0 ? site.shadow() : site.pam();
                boolean good = i % (LOGINS / FAILURES) != 0;
                String name = good ? SystemUsers.name("remains" + user) : "nobody-has-" + number;
                Callable<Boolean> login =
                        () -> login(listener, name, (good ? right : wrong).get(user));
                logins.add(clients.submit(login));
            }
            for (Future<Boolean> login : logins) {
                accepted += login.get() ? 1 : 0;
            }
        } finally {
            clients.shutdownNow();
        }
        assertEquals(LOGINS - FAILURES, accepted);
        // Known names, too.
        for (int i = 0; i < USERS; i++) {
            String name = SystemUsers.name("remains" + i);
            assertFalse(login(site.shadow(), name, wrong.get(i)));
        }
        String name = SystemUsers.name("remains0");
        try (PopClient client = PopClient.login(site.shadow(), name, text(right.get(0)))) {
            client.ok("NOOP");
            List<Long> agents = site.helper().agents(site.users().uid("remains0"));
            assertEquals(1, agents.size());
            List<HiddenPassword> all = new ArrayList<>(right);
            all.addAll(wrong);
            for (HiddenPassword password : all) {
                assertNowhere(agents.get(0), "the agent", password);
                assertNowhere(site.helper().pid(), "the monitor", password);
                assertNowhere(site.java(), "the server", password);
            }
            // The search finds what there is: this process has never kept it from anybody.
            String known = text(right.get(0));
            assertFalse(ProcessMemory.ofThis().find(right.get(0)).isEmpty(), known);
            client.quit();
        }
    }

    private static void assertNowhere(long pid, String what, HiddenPassword password)
            throws IOException {
        assertEquals(List.of(), ProcessMemory.of(pid).find(password), what);
    }

    private static boolean login(InetSocketAddress listener, String user, HiddenPassword password)
            throws IOException {
        String reply = Site.reply(listener, user, text(password));
        assertTrue(reply.startsWith("+OK") || reply.startsWith("-ERR [AUTH]"), reply);
        return reply.startsWith("+OK");
    }

    private static String text(HiddenPassword password) {
        ByteBuffer letters = ByteBuffer.allocate(HiddenPassword.LENGTH);
        password.putInto(letters);
        return new String(letters.array(), ISO_8859_1);
    }
}
