package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.itests.SampleMail;

/**
 * The bundles between a session and the helper are stopped, started and updated: sessions of all
 * three backends go on to the end of their update, also while the bundles are away, and logins come
 * back.
 */
@ExtendWith(SiteExtension.class)
class BundlesAsRoot {
    private static final String BY_SHADOW = "swapped-shadow";
    private static final String BY_PAM = "swapped-pam";
    private static final String BY_VHOME = "swapped";
    private static final String TEMPLATE = "swapped-vhome";
    private static final String KEPT = "Subject: kept\n\nkept\n";
    private static final String DELETED = "Subject: deleted\n\ndeleted\n";
    private static final String LAST = "Subject: last\n\nlast\n";
    // What is waited for is waited for twice as long.
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    /** Somebody with mail, and where that one logs in. */
    private record Account(InetSocketAddress listener, String name, String known, Path mailbox) {}

    private final Site site;

    BundlesAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void sessionsAndLoginsOutliveTheBackends() throws Exception {
        List<Account> accounts = accounts();
        List<String> bundles =
                List.of(
                        "org.postern.auth.shadow",
                        "org.postern.auth.pam",
                        "org.postern.auth.vhome");
        List<PopClient> sessions = begin(accounts);
        stop(bundles);
        finish(accounts, sessions);
        List<PopClient> waiting = new ArrayList<>();
        for (Account account : accounts) {
            waiting.add(ask(account));
        }
        start(bundles);
        for (PopClient login : waiting) {
            login.expectOk(login.line());
            login.quit();
        }
        goOnWithAnUpdate(accounts, bundles);
    }

    @Test
    void sessionsOutliveTheHelpersClient() throws Exception {
        List<Account> accounts = accounts();
        List<String> bundles = List.of("org.postern.helper.client");
        List<PopClient> sessions = begin(accounts);
        stop(bundles);
        finish(accounts, sessions);
        for (Account account : accounts) {
            assertIsRefusedAtOnce(account);
        }
        start(bundles);
        goOnWithAnUpdate(accounts, bundles);
    }

    private void goOnWithAnUpdate(List<Account> accounts, List<String> bundles) throws Exception {
        List<PopClient> sessions = begin(accounts);
        update(bundles);
        finish(accounts, sessions);
        for (Account account : accounts) {
            PopClient login = ask(account);
            login.expectOk(login.line());
            login.quit();
        }
        site.assertSettled(accounts.stream().map(Account::mailbox).toArray(Path[]::new));
    }

    private List<Account> accounts() throws IOException {
        return List.of(
                system(BY_SHADOW, site.shadow()),
                system(BY_PAM, site.pam()),
                new Account(site.vhome(), BY_VHOME, BY_VHOME, hosted()));
    }

    private Account system(String user, InetSocketAddress listener) throws IOException {
        Path mailbox = site.users().mailbox(user);
        if (Files.notExists(mailbox)) {
            site.users().add(user);
            site.users().mail(user, "");
        }
        return new Account(listener, SystemUsers.name(user), user, mailbox);
    }

    private Path hosted() throws IOException {
        if (Files.notExists(site.users().home(TEMPLATE))) {
            site.users().add(TEMPLATE);
        }
        return site.virtualUser(BY_VHOME, TEMPLATE, SystemUsers.password(BY_VHOME), "");
    }

    /** All log in, retrieve one message and mark another one. */
    private static List<PopClient> begin(List<Account> accounts) throws IOException {
        List<PopClient> sessions = new ArrayList<>();
        for (Account account : accounts) {
            Files.writeString(account.mailbox(), mbox(KEPT, DELETED, LAST), ISO_8859_1);
            PopClient session = ask(account);
            session.expectOk(session.line());
            assertArrayEquals(SampleMail.sentFromMbox(KEPT), session.retrieve(1));
            session.ok("DELE 2");
            sessions.add(session);
        }
        return sessions;
    }

    private static void finish(List<Account> accounts, List<PopClient> sessions)
            throws IOException {
        for (int i = 0; i < accounts.size(); i++) {
            PopClient session = sessions.get(i);
            assertArrayEquals(SampleMail.sentFromMbox(LAST), session.retrieve(3));
            session.quit();
            String left = Files.readString(accounts.get(i).mailbox(), ISO_8859_1);
            assertEquals(mbox(KEPT, LAST), left);
        }
    }

    /** Asks to be let in, and does not wait for the answer. */
    private static PopClient ask(Account account) throws IOException {
        PopClient client = new PopClient(account.listener());
        client.expectOk(client.line());
        client.ok("USER " + account.name());
        client.send("PASS " + SystemUsers.password(account.known()) + "\r\n");
        return client;
    }

    private static void assertIsRefusedAtOnce(Account account) throws IOException {
        long asked = System.nanoTime();
        try (PopClient client = ask(account)) {
            String reply = client.line();
            assertTrue(reply.startsWith("-ERR [SYS/TEMP]"), reply);
        }
        assertTrue(System.nanoTime() - asked < AT_ONCE.toNanos(), "refused late");
    }

    private void stop(List<String> bundles) throws IOException {
        assertEquals(bundles.size(), count("Resolved", console("stop", bundles)));
    }

    private void start(List<String> bundles) throws IOException {
        assertEquals(bundles.size(), count("Active", console("start", bundles)));
    }

    private void update(List<String> bundles) throws IOException {
        assertEquals(bundles.size(), count("Active", console("update", bundles)));
    }

    /** What the console says to a command for each bundle, and of their status afterwards. */
    private String console(String command, List<String> bundles) throws IOException {
        String said =
                site.server()
                        .console(
                                Stream.of(command, "status")
                                        .flatMap(c -> bundles.stream().map(b -> line(c, b)))
                                        .toArray(String[]::new));
        assertFalse(said.contains("Error"), said);
        return said;
    }

    private static String line(String command, String bundle) {
        return "bundle:" + command + " " + bundle;
    }

    private static long count(String status, String said) {
        return said.lines().filter(line -> line.strip().equals(status)).count();
    }

    private static String mbox(String... messages) {
        StringBuilder mbox = new StringBuilder();
        for (String message : messages) {
            mbox.append(SampleMail.mboxEntry(message));
        }
        return mbox.toString();
    }
}
