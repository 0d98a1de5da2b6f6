package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.itests.PosternServer;
import org.postern.itests.SampleMail;

/**
 * Deletions on a disk that is really full: with no block free, with one, and so on until there is
 * room for all. Each time the client is told, and what is there afterwards is the old mailbox, or
 * one that the next login mends to the new one.
 */
@ExtendWith(SiteExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullDiskAsRoot {
    private static final String TEMPLATE = "full-virtually";
    private static final String NAME = "full";
    private static final String REFUSED = "-ERR [SYS/TEMP]";

    /** More than it takes in any of these tests. */
    private static final int MOST_BLOCKS = 40;

    /** Messages that are deleted; the first of all is not one, and the last neither. */
    private static final List<Integer> DELETED = List.of(2, 4);

    private final Site site;
    private final Path journals;

    /** What a deletion for which there was no room has left behind. */
    private enum Outcome {
        /** The mailbox is the old one. */
        OLD,
        /** The mailbox is neither the old nor the new one, and there is a journal. */
        TORN
    }

    FullDiskAsRoot(Site site) throws IOException {
        this.site = site;
        this.journals = site.server().data().resolve("mbox-journal");
        site.users().add(TEMPLATE);
    }

    @BeforeEach
    void noJournalIsLeft() throws IOException {
        assertEquals(List.of(), journalsLeft());
    }

    @Test
    void noRoomForAJournalLeavesTheMailboxAsItIs() throws Exception {
        List<String> messages = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            messages.add("Subject: " + i + "\n\n" + (i + " of five\n").repeat(600));
        }
        try (SmallDisk disk = SmallDisk.over(journals, PosternServer.USER, "0700")) {
            List<Outcome> outcomes = deleteUntilThereIsRoom(disk, messages);
            assertFalse(outcomes.contains(Outcome.TORN), outcomes.toString());
            // Not only the journal itself, but what it holds was refused a place.
            assertTrue(outcomes.size() > 3, outcomes.toString());
        }
    }

    /** In a hole of a file there are no blocks, so that what moves there needs some. */
    @Test
    void noRoomForTheMailItselfLeavesAJournalThatMends() throws Exception {
        try (SmallDisk disk = SmallDisk.over(site.virtualMail(), "root", "0755")) {
            String hole = "\0".repeat(8 * disk.block());
            List<String> messages = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                messages.add("Subject: " + i + "\n\n" + (i == 3 ? hole : i + " of five") + "\n");
            }
            List<Outcome> outcomes = deleteUntilThereIsRoom(disk, messages);
            assertTrue(outcomes.contains(Outcome.TORN), outcomes.toString());
        }
    }

    /** The outcomes of all deletions but the last one, which is carried out. */
    private List<Outcome> deleteUntilThereIsRoom(SmallDisk disk, List<String> messages)
            throws Exception {
        List<String> left = new ArrayList<>();
        for (int number = 1; number <= messages.size(); number++) {
            if (!DELETED.contains(number)) {
                left.add(messages.get(number - 1));
            }
        }
        byte[] before = mbox(messages);
        byte[] after = mbox(left);
        Path mailbox = site.virtualUser(NAME, TEMPLATE, SystemUsers.password(TEMPLATE), "");
        List<Outcome> outcomes = new ArrayList<>();
        for (int free = 0; free < MOST_BLOCKS; free++) {
            String when = "with " + free + " blocks free";
            writeWithHoles(mailbox, before, disk.block());
            disk.fill(free);
            String reply = delete();
            if (reply.startsWith("+OK")) {
                assertArrayEquals(after, Files.readAllBytes(mailbox), when);
                assertEquals(List.of(), journalsLeft(), when);
                System.out.println(when + " there is room, after " + outcomes);
                return outcomes;
            }
            assertTrue(reply.startsWith(REFUSED), when + ": " + reply);
            Outcome outcome = outcome(mailbox, before);
            outcomes.add(outcome);
            // As long as it is full: whoever is let in reads what was there.
            String login = Site.reply(site.vhome(), NAME, SystemUsers.password(TEMPLATE));
            assertTrue(
                    login.startsWith(outcome == Outcome.OLD ? "+OK" : REFUSED),
                    () -> when + ", " + outcome + ": " + login);
            assertEquals(outcome, outcome(mailbox, before), when);
            disk.empty();
            if (outcome == Outcome.OLD) {
                assertServed(messages, when);
                assertArrayEquals(before, Files.readAllBytes(mailbox), when);
                String again = delete();
                assertTrue(again.startsWith("+OK"), () -> when + ", and again: " + again);
            }
            assertServed(left, when + ", " + outcome);
            assertArrayEquals(after, Files.readAllBytes(mailbox), when);
            assertEquals(List.of(), journalsLeft(), when);
        }
        throw new AssertionError("there is never room: " + outcomes);
    }

    private PopClient login() throws IOException {
        return PopClient.login(site.vhome(), NAME, SystemUsers.password(TEMPLATE));
    }

    /** What QUIT is answered. */
    private String delete() throws IOException {
        try (PopClient client = login()) {
            for (int number : DELETED) {
                client.ok("DELE " + number);
            }
            return client.command("QUIT");
        }
    }

    private void assertServed(List<String> messages, String when) throws IOException {
        try (PopClient client = login()) {
            assertEquals(messages.size(), client.lines("LIST").size(), when);
            for (int number = 1; number <= messages.size(); number++) {
                assertArrayEquals(
                        SampleMail.sentFromMbox(messages.get(number - 1)),
                        client.retrieve(number),
                        when + ": message " + number);
            }
            client.quit();
        }
    }

    private Outcome outcome(Path mailbox, byte[] before) throws IOException {
        boolean old = Arrays.equals(before, Files.readAllBytes(mailbox));
        if (journalsLeft().isEmpty()) {
            assertTrue(old, "changed, and no journal");
            return Outcome.OLD;
        }
        assertFalse(old, "nothing is changed, but a journal is there");
        return Outcome.TORN;
    }

    private List<String> journalsLeft() throws IOException {
        if (Files.notExists(journals)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(journals)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static byte[] mbox(List<String> messages) {
        StringBuilder mbox = new StringBuilder();
        messages.forEach(message -> mbox.append(SampleMail.mboxEntry(message)));
        return mbox.toString().getBytes(ISO_8859_1);
    }

    /** Into the same file; no block is taken for one that has nothing but zeros. */
    private static void writeWithHoles(Path file, byte[] octets, int block) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
            for (int from = 0; from < octets.length; from += block) {
                byte[] part =
                        Arrays.copyOfRange(octets, from, Math.min(from + block, octets.length));
                if (!Arrays.equals(part, new byte[part.length])) {
                    channel.write(ByteBuffer.wrap(part), from);
                }
            }
        }
    }
}
