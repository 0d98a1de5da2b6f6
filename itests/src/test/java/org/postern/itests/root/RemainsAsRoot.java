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

    // Of the virtual users, whose passwords are those of the system's.
    private static final String TEMPLATE = "remains-virtually";

    private final Site site;
    private final List<HiddenPassword> right = new ArrayList<>();
    private final List<HiddenPassword> wrong = new ArrayList<>();

    RemainsAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void noPasswordIsLeftInMemory() throws Exception {
        site.users().add(TEMPLATE);
        for (int i = 0; i < USERS; i++) {
            addUser(i);
        }
        assertEquals(LOGINS - FAILURES, loginsAccepted());
        // Known names, too.
        for (int i = 0; i < USERS; i++) {
            assertFalse(login(listener(i), name(i), wrong.get(i)));
        }
        assertForgotten(site.shadow(), "remains0");
        assertForgotten(site.vhome(), TEMPLATE);
        // The search finds what there is: this process has never kept it from anybody.
        String known = text(right.get(0));
        assertFalse(ProcessMemory.ofThis().find(right.get(0)).isEmpty(), known);
    }

    private void addUser(int number) throws IOException {
        right.add(new HiddenPassword());
        wrong.add(new HiddenPassword());
        String password = text(right.get(number));
        site.users().add("remains" + number);
        site.users().setPassword("remains" + number, SystemUsers.CHEAP, password);
        site.virtualUser(name(number), TEMPLATE, password, "");
    }

    private static String name(int number) {
        return SystemUsers.name("remains" + number);
    }

    /** One of each backend's in turn. */
    private InetSocketAddress listener(int number) {
        List<InetSocketAddress> each = site.eachBackend();
        return each.get(number % each.size());
    }

    private int loginsAccepted() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<Boolean>> logins = new ArrayList<>();
            for (int i = 0; i < LOGINS; i++) {
                int number = i;
                logins.add(clients.submit(() -> login(number)));
            }
            int accepted = 0;
            for (Future<Boolean> login : logins) {
                accepted += login.get() ? 1 : 0;
            }
            return accepted;
        } finally {
            clients.shutdownNow();
        }
    }

    private boolean login(int number) throws IOException {
        InetSocketAddress listener = listener(number / USERS);
        int user = number % USERS;
        boolean good = number % (LOGINS / FAILURES) != 0;
        return good
                ? login(listener, name(user), right.get(user))
                : login(listener, "nobody-has-" + number, wrong.get(user));
    }

    /**
     * @param agent the user of this machine as whom the agent runs
     */
    private void assertForgotten(InetSocketAddress listener, String agent) throws IOException {
        try (PopClient client = PopClient.login(listener, name(0), text(right.get(0)))) {
            client.ok("NOOP");
            List<Long> agents = site.helper().agents(site.users().uid(agent));
            assertEquals(1, agents.size());
            for (HiddenPassword password : all()) {
                assertNowhere(agents.get(0), "the agent", password);
                assertNowhere(site.helper().pid(), "the monitor", password);
                assertNowhere(site.java(), "the server", password);
            }
            client.quit();
        }
    }

    private List<HiddenPassword> all() {
        List<HiddenPassword> all = new ArrayList<>(right);
        all.addAll(wrong);
        return all;
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
