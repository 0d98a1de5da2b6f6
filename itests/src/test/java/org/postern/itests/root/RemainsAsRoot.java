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

    // How often others log in until what chance has left is overwritten.
    private static final int CHANCES = 3;
    private static final int LOGINS_OF_OTHERS = 200;

    // Of the virtual users, whose passwords are those of the system's.
    private static final String TEMPLATE = "remains-virtually";

    private final Site site;
    private final List<HiddenPassword> right = new ArrayList<>();
    private final List<HiddenPassword> wrong = new ArrayList<>();
    private final List<HiddenPassword> others = new ArrayList<>();

    RemainsAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void noPasswordIsLeftInMemory() throws Exception {
        site.users().add(TEMPLATE);
        for (int i = 0; i < USERS; i++) {
            addUser(i);
        }
        assertEquals(LOGINS - FAILURES, accepted(LOGINS, this::login));
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

    /** A login, by its number: whether it was accepted. */
    private interface Login {
        boolean accepted(int number) throws IOException;
    }

    private static int accepted(int count, Login login) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<Boolean>> logins = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                logins.add(clients.submit(() -> login.accepted(number)));
            }
            int accepted = 0;
            for (Future<Boolean> each : logins) {
                accepted += each.get() ? 1 : 0;
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
    private void assertForgotten(InetSocketAddress listener, String agent) throws Exception {
        try (PopClient client = PopClient.login(listener, name(0), text(right.get(0)))) {
            client.ok("NOOP");
            List<Long> agents = site.helper().agents(site.users().uid(agent));
            assertEquals(1, agents.size());
            for (HiddenPassword password : all()) {
                assertNowhere(agents.get(0), "the agent", password);
                assertNowhere(site.helper().pid(), "the monitor", password);
            }
            assertServerForgets();
            client.quit();
        }
    }

    /**
     * A vector register has a piece of the password that was copied last, until something else is
     * copied. A signal or a safepoint right then leaves all registers on the thread's stack, until
     * that is as deep again. After others' logins such a piece is gone, and none of theirs is
     * there; what is left by more than chance, or anywhere but on stacks, stays or is left again.
     */
    private void assertServerForgets() throws Exception {
        List<String> places = placesInServer();
        for (int chance = 0; chance < CHANCES && !places.isEmpty(); chance++) {
            HiddenPassword other = new HiddenPassword();
            others.add(other);
            site.users().setPassword("remains0", SystemUsers.CHEAP, text(other));
            assertEquals(
                    LOGINS_OF_OTHERS,
                    accepted(LOGINS_OF_OTHERS, i -> login(site.shadow(), name(0), other)));
            places = placesInServer();
        }
        assertEquals(List.of(), places, "the server");
    }

    private List<String> placesInServer() throws IOException {
        List<String> places = new ArrayList<>();
        for (HiddenPassword password : all()) {
            places.addAll(ProcessMemory.of(site.java()).find(password));
        }
        return places;
    }

    private List<HiddenPassword> all() {
        List<HiddenPassword> all = new ArrayList<>(right);
        all.addAll(wrong);
        all.addAll(others);
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
