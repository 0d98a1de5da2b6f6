package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bundles are stopped and started, updated, uninstalled and installed from the console under a load
 * of logins and with sessions in the middle of things (I7). What every client saw is printed.
 */
@Order(1)
class HotSwapIT {
    private static final List<String> SWAPPABLE =
            List.of("limits", "auth.virtual", "mailbox.mbox", "mailbox.maildir");
    private static final List<String> FORMATS = List.of("mbox", "maildir");
    private static final String SMALL = "Subject: small\n\nsmall\n";
    private static final String LARGE =
            "Subject: large\n\n" + ("y".repeat(99) + "\n").repeat(100_000);

    /** Between two sessions of a client: the console needs the processors as well. */
    private static final long PAUSE_NANOS = 5_000_000;

    @TempDir static Path directory;

    private static PosternServer server;

    private enum Action {
        STOP_START,
        UPDATE,
        UNINSTALL_INSTALL;

        String[] commands(String bundle) {
            String name = "org.postern." + bundle;
            String location =
                    "mvn:org.postern/" + name + "/" + System.getProperty("postern.version");
            return switch (this) {
                case STOP_START -> new String[] {"bundle:stop " + name, "bundle:start " + name};
                case UPDATE -> new String[] {"bundle:update " + name};
                case UNINSTALL_INSTALL ->
                        new String[] {"bundle:uninstall " + name, "bundle:install -s " + location};
            };
        }
    }

    /** Sessions that log in, read and quit, over and over, and what became of them. */
    private static final class Load implements AutoCloseable {
        private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean ended;

        Load(int port) {
            for (String format : FORMATS) {
                Thread thread = new Thread(() -> run(port, "load-" + format));
                thread.start();
                threads.add(thread);
            }
        }

        private void run(int port, String user) {
            while (!ended) {
                outcomes.computeIfAbsent(session(port, user), o -> new AtomicInteger())
                        .incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        private static String session(int port, String user) {
            try (PopClient client = new PopClient(port)) {
                client.expectOk(client.line());
                client.ok("USER " + user);
                String reply = client.command("PASS " + PosternServer.PASSWORD);
                if (!reply.startsWith("+OK")) {
                    return "login: " + reply;
                }
                String retrieved = client.command("RETR 1");
                if (!retrieved.startsWith("+OK")) {
                    return "RETR: " + retrieved;
                }
                client.skipMessage();
                client.quit();
                return "served";
            } catch (IOException e) {
                return e.toString();
            }
        }

        /** What happened since this was asked last. */
        Map<String, Integer> take() {
            Map<String, Integer> counts = new TreeMap<>();
            outcomes.forEach((outcome, count) -> counts.put(outcome, count.getAndSet(0)));
            counts.values().removeIf(count -> count == 0);
            return counts;
        }

        @Override
        public void close() {
            ended = true;
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        server = new PosternServer(directory);
        mailbox(server, "stays", "mbox");
        for (String format : FORMATS) {
            mailbox(server, "load-" + format, format);
            for (String bundle : SWAPPABLE) {
                for (Action action : Action.values()) {
                    mailbox(server, reader(bundle, action, format), format);
                    mailbox(server, deleter(bundle, action, format), format);
                }
            }
        }
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void noSessionAndNoLoginIsLost() throws Exception {
        List<String> report = new ArrayList<>();
        try (Load load = new Load(server.port())) {
            for (String bundle : SWAPPABLE) {
                for (Action action : Action.values()) {
                    report.add(swap(load, bundle, action));
                }
            }
        }
        report.forEach(System.out::println);
        for (String line : report) {
            assertFalse(line.contains("[AUTH]"), line);
            assertFalse(line.contains("Exception"), line);
            assertTrue(line.contains("served="), line);
        }
    }

    private static String swap(Load load, String bundle, Action action) throws Exception {
        List<PopClient> readers = new ArrayList<>();
        List<PopClient> deleters = new ArrayList<>();
        for (String format : FORMATS) {
            PopClient reader = PopClient.login(server.port(), reader(bundle, action, format));
            reader.ok("RETR 2");
            readers.add(reader);
            PopClient deleter = PopClient.login(server.port(), deleter(bundle, action, format));
            deleter.ok("DELE 1");
            deleters.add(deleter);
        }
        load.take();
        String said = server.console(action.commands(bundle));
        for (int i = 0; i < FORMATS.size(); i++) {
            String what = bundle + " " + action + " " + FORMATS.get(i) + ": " + said;
            PopClient reader = readers.get(i);
            assertEquals(SampleMail.sent(LARGE).length, reader.skipMessage(), what);
            assertArrayEquals(SampleMail.sent(SMALL), reader.retrieve(1), what);
            reader.quit();
            PopClient deleter = deleters.get(i);
            deleter.ok("NOOP");
            deleter.quit();
            String user = deleter(bundle, action, FORMATS.get(i));
            try (PopClient again = PopClient.login(server.port(), user)) {
                assertEquals(1, again.lines("LIST").size(), what);
                again.quit();
            }
        }
        return bundle + " " + action + ": sessions in RETR and before QUIT went on; " + load.take();
    }

    /**
     * Whoever stays is waited for 10 s. All actions stop the bundle by the same way, so each is
     * done with nobody who stays, and each bundle has one with somebody.
     */
    @Test
    void aListenerDrainsAndComesBack() throws Exception {
        for (Action action : Action.values()) {
            leaveAndComeBack("listener", action, action == Action.STOP_START);
            leaveAndComeBack("pop3", action, action == Action.UNINSTALL_INSTALL);
        }
    }

    private static void leaveAndComeBack(String bundle, Action action, boolean somebodyStays)
            throws Exception {
        List<PopClient> staying = new ArrayList<>();
        if (somebodyStays) {
            PopClient stays = PopClient.login(server.port(), "stays");
            stays.ok("DELE 1");
            staying.add(stays);
        }
        try (Load load = new Load(server.port())) {
            server.console(action.commands(bundle));
            server.await(
                    "the port to open again",
                    Duration.ofSeconds(60),
                    () -> Load.session(server.port(), "load-mbox").equals("served"));
            System.out.println(bundle + " " + action + ": " + load.take());
        }
        for (PopClient stays : staying) {
            // It was ended without an update, after the time to drain.
            assertTrue(stays.isClosedSilently());
            try (PopClient again = PopClient.login(server.port(), "stays")) {
                assertEquals(2, again.lines("LIST").size());
                again.quit();
            }
        }
    }

    private static String reader(String bundle, Action action, String format) {
        return "r-" + bundle + "-" + action + "-" + format;
    }

    private static String deleter(String bundle, Action action, String format) {
        return "d-" + bundle + "-" + action + "-" + format;
    }

    private static void mailbox(PosternServer server, String user, String format)
            throws IOException {
        if (format.equals("mbox")) {
            server.user(user, "mbox:~/inbox");
            Files.writeString(
                    server.home(user).resolve("inbox"),
                    SampleMail.mboxEntry(SMALL) + SampleMail.mboxEntry(LARGE),
                    ISO_8859_1);
        } else {
            server.user(user, "maildir:~/Maildir");
            for (String name : List.of("new", "cur", "tmp")) {
                Files.createDirectories(server.home(user).resolve("Maildir").resolve(name));
            }
            Path arrived = server.home(user).resolve("Maildir/new");
            Files.writeString(arrived.resolve("1.M1P1.host"), SMALL);
            Files.writeString(arrived.resolve("2.M1P1.host"), LARGE);
        }
    }
}
