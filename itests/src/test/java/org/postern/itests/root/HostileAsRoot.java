package org.postern.itests.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.itests.PosternServer;
import org.postern.itests.SampleMail;

/** Whatever a user puts into the place of their own mail, they read nobody else's through it. */
@ExtendWith(SiteExtension.class)
class HostileAsRoot {
    private static final String HOSTILE = "hostile";
    private static final String VICTIM = "victim";
    private static final String SECRET = "Subject: secret\n\nsecret\n";
    private static final String OWN = "Subject: own\n\nown\n";

    private final Site site;

    HostileAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void plantedMailboxesAreNotOpened() throws Exception {
        site.users().add(HOSTILE);
        site.users().add(VICTIM);
        Path secret = site.users().mail(VICTIM, SampleMail.mboxEntry(SECRET));
        Path own = Files.writeString(Site.DIRECTORY.resolve("own"), SampleMail.mboxEntry(OWN));
        site.users().give(HOSTILE, own);
        List<List<String>> plants =
                List.of(
                        List.of("ln", "-s", secret.toString()),
                        List.of("ln", "-s", "/etc/shadow"),
                        List.of("ln", "-s", own.toString()),
                        List.of("ln", secret.toString()),
                        List.of("ln", own.toString()),
                        List.of("cp", "-a", secret.toString()),
                        List.of("mkfifo"),
                        List.of("mkdir"));
        Path mailbox = site.users().mailbox(HOSTILE);
        for (List<String> plant : plants) {
            plant(plant, mailbox);
            if (List.of("mkfifo", "mkdir").contains(plant.get(0))) {
                site.users().give(HOSTILE, mailbox);
            }
            assertRefused(plant);
        }
        // A device's file makes a process that opens it do what the device is for.
        PosternServer.run(List.of("rm", "-rf", mailbox.toString()));
        PosternServer.run(List.of("mknod", mailbox.toString(), "c", "1", "3"));
        site.users().give(HOSTILE, mailbox);
        assertRefused(List.of("mknod"));
        PosternServer.run(List.of("rm", "-f", mailbox.toString()));
        assertEquals(SampleMail.mboxEntry(SECRET), Files.readString(secret));
        site.users().mail(HOSTILE, SampleMail.mboxEntry(OWN));
        try (PopClient client = site.login(site.shadow(), HOSTILE)) {
            assertEquals("own", client.lines("RETR 1").get(2));
            client.quit();
        }
        site.assertSettled(secret, mailbox);
    }

    private static void plant(List<String> command, Path place) throws IOException {
        PosternServer.run(List.of("rm", "-rf", place.toString()));
        List<String> whole = new ArrayList<>(command);
        whole.add(place.toString());
        PosternServer.run(whole);
    }

    private void assertRefused(List<String> plant) throws IOException {
        String reply =
                Site.reply(site.shadow(), SystemUsers.name(HOSTILE), SystemUsers.password(HOSTILE));
        assertTrue(reply.startsWith("-ERR [SYS/"), plant + ": " + reply);
    }

    @Test
    void plantedFilesInAMaildirAreNotOpened() throws Exception {
        site.users().add("hostile-dir");
        site.users().add("victim-dir");
        Path victim = site.users().maildir("victim-dir", List.of(SECRET));
        Path secret = victim.resolve("new/1700000000.M1P1.host");
        // So that only the helper's own rules stand between them.
        PosternServer.run(
                List.of("chmod", "-R", "go+rX", site.users().home("victim-dir").toString()));
        Path maildir = site.users().maildir("hostile-dir", List.of(OWN));
        Path arrived = maildir.resolve("new");
        PosternServer.run(List.of("mkfifo", arrived.resolve("2.fifo.host").toString()));
        PosternServer.run(
                List.of("mknod", arrived.resolve("3.null.host").toString(), "c", "1", "3"));
        PosternServer.run(List.of("mkdir", arrived.resolve("4.dir.host").toString()));
        site.users().give("hostile-dir", maildir);
        Files.createSymbolicLink(arrived.resolve("5.link.host"), secret);
        Files.createSymbolicLink(arrived.resolve("6.link.host"), Path.of("/etc/shadow"));
        Files.createLink(arrived.resolve("7.hard.host"), secret);
        PosternServer.run(
                List.of(
                        "cp",
                        "-a",
                        secret.toString(),
                        arrived.resolve("8.foreign.host").toString()));
        site.helper().reconfigure(Map.of("mail", "maildir Maildir"));
        try (PopClient client = site.login(site.shadow(), "hostile-dir")) {
            int own = 0;
            for (String listed : client.lines("LIST")) {
                String number = listed.split(" ", -1)[0];
                if (client.command("RETR " + number).startsWith("+OK")) {
                    String subject = client.line();
                    assertEquals("Subject: own", subject);
                    client.skipMessage();
                    own++;
                }
            }
            assertEquals(1, own);
            client.quit();
        }
        assertEquals(SECRET, Files.readString(secret));

        for (String part : List.of("new", "cur", "")) {
            Path place = part.isEmpty() ? maildir : maildir.resolve(part);
            Path target = part.isEmpty() ? victim : victim.resolve("new");
            plant(List.of("ln", "-s", target.toString()), place);
            try (PopClient client = new PopClient(site.shadow())) {
                client.expectOk(client.line());
                client.ok("USER " + SystemUsers.name("hostile-dir"));
                String reply = client.command("PASS " + SystemUsers.password("hostile-dir"));
                if (reply.startsWith("+OK")) {
                    for (String listed : client.lines("LIST")) {
                        String number = listed.split(" ", -1)[0];
                        assertFalse(client.command("RETR " + number).startsWith("+OK"), part);
                    }
                } else {
                    assertTrue(reply.startsWith("-ERR [SYS/"), part + ": " + reply);
                }
            }
            if (!part.isEmpty()) {
                plant(List.of("mkdir"), place);
                site.users().give("hostile-dir", place);
            }
        }
        assertEquals(SECRET, Files.readString(secret));
        site.assertSettled();
    }
}
