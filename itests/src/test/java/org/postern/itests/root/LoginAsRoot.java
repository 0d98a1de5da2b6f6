package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.itests.PosternServer;
import org.postern.itests.SampleMail;

/** Each user reads their own mail with their own password, through a server that may read none. */
@ExtendWith(SiteExtension.class)
class LoginAsRoot {
    private static final List<String> YESCRYPT = List.of("-c", "YESCRYPT");
    private static final List<String> SHA512 = List.of("-c", "SHA512", "-s", "5000");

    private final Site site;

    LoginAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void theServerMayDoNothing() throws Exception {
        site.users().add("foreign");
        Path mailbox = site.users().mail("foreign", SampleMail.mboxEntry("Subject: x\n\nx\n"));
        long java = site.java();
        assertFalse(Processes.status(java, "Uid").contains("0"));
        assertFalse(Processes.status(java, "Gid").contains("0"));
        assertEquals(List.of(""), Processes.status(java, "Groups"));
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")) {
            assertEquals(List.of("0000000000000000"), Processes.status(java, set), set);
        }
        assertEquals(List.of("1"), Processes.status(java, "NoNewPrivs"));
        for (String forbidden : List.of("/etc/shadow", mailbox.toString())) {
            String said =
                    new String(
                            new ProcessBuilder(
                                            "setpriv",
                                            "--reuid=" + Processes.uid(java),
                                            "--regid=" + Processes.status(java, "Gid").get(0),
                                            "--clear-groups",
                                            "cat",
                                            forbidden)
                                    .redirectErrorStream(true)
                                    .start()
                                    .getInputStream()
                                    .readAllBytes(),
                            ISO_8859_1);
            assertTrue(said.contains("Permission denied"), forbidden + ": " + said);
        }
    }

    @Test
    void everyUserReadsTheirOwnMail() throws Exception {
        List<String> messages = SampleMail.messages();
        site.users().add("sha", SHA512);
        site.users().add("yes", YESCRYPT);
        site.users().add("pam", YESCRYPT);
        site.users().add("template");
        assertTrue(site.users().hash("sha").startsWith("$6$"));
        assertTrue(site.users().hash("yes").startsWith("$y$"));
        for (String user : List.of("sha", "yes", "pam")) {
            site.users().mail(user, mbox(user, messages));
        }
        site.virtualUser("vera", "template", SystemUsers.password("vera"), mbox("vera", messages));

        readsOwn(site.shadow(), SystemUsers.name("sha"), "sha", messages);
        readsOwn(site.shadow(), SystemUsers.name("yes"), "yes", messages);
        readsOwn(site.pam(), SystemUsers.name("pam"), "pam", messages);
        readsOwn(site.vhome(), "vera", "vera", messages);
        // A virtual host's address has no users of the system, nor any other address that one's.
        String template = SystemUsers.name("template");
        for (String[] wrong :
                new String[][] {{template, "vera"}, {SystemUsers.name("sha"), "sha"}}) {
            String reply = Site.reply(site.vhome(), wrong[0], SystemUsers.password(wrong[1]));
            assertTrue(reply.startsWith("-ERR [AUTH]"), reply);
        }
        String reply = Site.reply(site.shadow(), "vera", SystemUsers.password("vera"));
        assertTrue(reply.startsWith("-ERR [AUTH]"), reply);
        site.assertSettled(site.users().mailbox("sha"), site.users().mailbox("pam"));
    }

    @Test
    void aVirtualHostIsFoundByTheAddressInAProxysHeader() throws Exception {
        InetSocketAddress proxied =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), PosternServer.freePort());
        site.server()
                .configure(
                        "org.postern.listener~proxied",
                        "address=127.0.0.1",
                        "port=" + proxied.getPort(),
                        "backends=vhome",
                        "proxyProtocol=127.0.0.1");
        site.server().awaitLog("listener proxied: port");
        site.users().add("hosted");
        site.virtualUser("paul", "hosted", SystemUsers.password("paul"), mbox("paul", List.of()));
        assertTrue(behindAProxy(proxied, Site.VIRTUAL_HOST).startsWith("+OK"));
        assertTrue(behindAProxy(proxied, "127.0.0.3").startsWith("-ERR [AUTH]"));
        Files.delete(site.server().etc().resolve("org.postern.listener~proxied.cfg"));
    }

    private static String behindAProxy(InetSocketAddress listener, String local)
            throws IOException {
        try (PopClient client = new PopClient(listener)) {
            client.send("PROXY TCP4 127.0.0.9 " + local + " 40000 110\r\n");
            client.expectOk(client.line());
            client.ok("USER paul");
            return client.command("PASS " + SystemUsers.password("paul"));
        }
    }

    private static String mbox(String user, List<String> messages) {
        StringBuilder mbox = new StringBuilder(SampleMail.mboxEntry(own(user)));
        messages.forEach(message -> mbox.append(SampleMail.mboxEntry(message)));
        return mbox.toString();
    }

    private static String own(String user) {
        return "Subject: for " + user + " alone\n\nonly " + user + " reads this\n";
    }

    private static void readsOwn(
            InetSocketAddress listener, String name, String user, List<String> messages)
            throws IOException {
        try (PopClient client = PopClient.login(listener, name, SystemUsers.password(user))) {
            assertArrayEquals(SampleMail.sentFromMbox(own(user)), client.retrieve(1), user);
            for (int i = 0; i < messages.size(); i++) {
                assertArrayEquals(
                        SampleMail.sentFromMbox(messages.get(i)),
                        client.retrieve(i + 2),
                        user + " " + i);
            }
            assertTrue(client.command("RETR " + (messages.size() + 2)).startsWith("-ERR"));
            client.quit();
        }
    }

    @Test
    void deletionsChangeTheRightFileAndNothingElse() throws Exception {
        for (String user : List.of("ada", "bob")) {
            site.users().add(user);
        }
        String kept = SampleMail.mboxEntry("Subject: kept\n\nkept\n");
        String deleted = SampleMail.mboxEntry("Subject: deleted\n\ndeleted\n");
        Path ada = site.users().mail("ada", deleted + kept);
        Path bob = site.users().mail("bob", deleted + kept);
        PosternServer.run(List.of("chmod", "0640", ada.toString()));
        PosixFileAttributes before = attributes(ada);
        try (PopClient client = site.login(site.shadow(), "ada")) {
            client.ok("DELE 1");
            client.quit();
        }
        assertEquals(kept, Files.readString(ada, ISO_8859_1));
        assertEquals(deleted + kept, Files.readString(bob, ISO_8859_1));
        PosixFileAttributes after = attributes(ada);
        assertEquals(before.fileKey(), after.fileKey());
        assertEquals(before.owner(), after.owner());
        assertEquals(before.group(), after.group());
        assertEquals(before.permissions(), after.permissions());
        site.assertSettled(ada, bob);
    }

    private static PosixFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class);
    }

    @Test
    void maildirsBelowTheHomeAreServed() throws Exception {
        for (String user : List.of("mia", "max")) {
            site.users().add(user);
        }
        List<String> messages = SampleMail.messages();
        Path mia = site.users().maildir("mia", messages);
        Path max = site.users().maildir("max", messages);
        site.helper().reconfigure(Map.of("mail", "maildir Maildir"));
        for (InetSocketAddress listener : List.of(site.shadow(), site.pam())) {
            try (PopClient client = site.login(listener, "mia")) {
                for (int i = 0; i < messages.size(); i++) {
                    assertArrayEquals(
                            SampleMail.sent(messages.get(i)), client.retrieve(i + 1), "" + i);
                }
                client.quit();
            }
        }
        assertEquals(messages.size(), contents(mia).size());
        try (PopClient client = site.login(site.shadow(), "mia")) {
            client.ok("DELE 2");
            client.quit();
        }
        List<String> left = new ArrayList<>(messages);
        left.remove(1);
        assertEquals(new TreeSet<>(left), new TreeSet<>(contents(mia)));
        assertEquals(left.size(), contents(mia).size());
        assertEquals(messages.size(), contents(max).size());
        site.assertSettled();
    }

    private static List<String> contents(Path maildir) throws IOException {
        List<String> contents = new ArrayList<>();
        for (String place : List.of("new", "cur")) {
            try (var files = Files.list(maildir.resolve(place))) {
                for (Path file : files.toList()) {
                    contents.add(Files.readString(file, ISO_8859_1));
                }
            }
        }
        return contents;
    }

    @Test
    void everyFailureLooksTheSame() throws Exception {
        site.users().add("right");
        site.users().add("locked");
        site.users().add("expired", "-e", "2020-01-01");
        site.users().add("denied", "-G", SystemUsers.DENIED);
        PosternServer.run(List.of("usermod", "-L", SystemUsers.name("locked")));
        String logBefore = site.helper().log();
        TreeSet<String> replies = new TreeSet<>();
        for (InetSocketAddress listener : List.of(site.shadow(), site.pam())) {
            for (String user : List.of("locked", "expired", "denied")) {
                if (!user.equals("denied") || listener.equals(site.pam())) {
                    replies.add(
                            Site.reply(
                                    listener, SystemUsers.name(user), SystemUsers.password(user)));
                }
            }
            replies.add(Site.reply(listener, SystemUsers.name("right"), "a wrong password"));
            replies.add(Site.reply(listener, "typed-by-mistake", "a wrong password"));
            replies.add(Site.reply(listener, "root", "a wrong password"));
            site.login(listener, "right").quit();
        }
        // Whom the stack of PAM denies is somebody else's concern for shadow.
        site.login(site.shadow(), "denied").quit();
        assertEquals(1, replies.size(), replies.toString());
        assertTrue(replies.first().startsWith("-ERR [AUTH]"), replies.first());
        String log = site.helper().log().substring(logBefore.length());
        assertTrue(log.contains("Authentication failed for UNKNOWN USER"), log);
        assertTrue(log.contains("Authentication failed for " + SystemUsers.name("right")), log);
        assertTrue(log.contains("Authentication passed for " + SystemUsers.name("right")), log);
        for (String secret : List.of("typed-by-mistake", "a wrong password", "the password of")) {
            assertFalse(log.contains(secret), log);
            assertFalse(site.server().log().contains(secret), secret);
        }
    }
}
