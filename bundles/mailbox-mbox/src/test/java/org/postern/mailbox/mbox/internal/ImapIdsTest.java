package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.UniqueId;

/**
 * Mailboxes that Dovecot 2.3.19 and c-client 2007f wrote, in the resources, and the ids that
 * Dovecot gave for them. Of UW's server the ids are by its source: {@code %08lx%08lx}.
 */
class ImapIdsTest {
    private static final String NEW_MAIL = "From a\nReceived: new\n\nnew\n\n";
    private static final String BASE = "X-IMAPbase: 1795280391 0000000009\n";

    private static String sample(String name) throws Exception {
        try (InputStream sample = ImapIdsTest.class.getResourceAsStream(name)) {
            return new String(sample.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static List<String> ids(String rule, String mbox) throws Exception {
        try (MemoryMbox memory = new MemoryMbox("uniqueIds", rule)) {
            memory.put(mbox);
            List<String> ids = MemoryMbox.ids(memory.open());
            assertEquals(ids.size(), new HashSet<>(ids).size(), "distinct: " + ids);
            return ids;
        }
    }

    private static String message(String fields) {
        return "From a\nReceived: x\n" + fields + "\nbody\n\n";
    }

    private static String idOf(String fields) throws Exception {
        return ids("auto", message(fields)).get(0);
    }

    @Test
    void dovecots() throws Exception {
        String mbox = sample("dovecot.mbox");
        List<String> expected =
                List.of(
                        "000000016b01ce07",
                        "000000026b01ce07",
                        "000000036b01ce07",
                        "000000046b01ce07");
        assertEquals(expected, ids("auto", mbox));
        assertEquals(expected, ids("dovecot", mbox));
        assertNotEquals(expected, ids("popa3d", mbox));
        assertNotEquals(expected, ids("postern", mbox));
    }

    @Test
    void dovecotsThatWasEmptiedOnce() throws Exception {
        String mbox = sample("dovecot-emptied.mbox");
        assertEquals("000000056b01ce07", ids("auto", mbox).get(1));
        assertEquals("000000056b01ce07", ids("dovecot", mbox).get(1));
    }

    @Test
    void uws() throws Exception {
        String mbox = sample("uw.mbox");
        List<String> ids = ids("auto", mbox);
        assertEquals(
                List.of("6b01cf7500000001", "6b01cf7500000002", "6b01cf7500000003"),
                ids.subList(1, 4));
        assertEquals("000000016b01cf75", ids("dovecot", mbox).get(1), "Dovecot after UW's");
        String withoutPseudo = message("X-IMAPbase: 1795280757 3\nX-UID: 2\n");
        assertEquals(List.of("6b01cf7500000002"), ids("auto", withoutPseudo));
    }

    @Test
    void newMailHasPopa3dsAndChangesNoId() throws Exception {
        String mbox = sample("dovecot.mbox");
        for (String rule : List.of("auto", "dovecot")) {
            List<String> before = ids(rule, mbox);
            List<String> after = ids(rule, mbox + NEW_MAIL + NEW_MAIL);
            assertEquals(before, after.subList(0, 4));
            assertEquals(ids("popa3d", NEW_MAIL).get(0), after.get(4));
            assertEquals(33, after.get(5).length());
        }
    }

    @Test
    void deletingOthersChangesNoId() throws Exception {
        try (MemoryMbox memory = new MemoryMbox()) {
            memory.put(sample("dovecot.mbox"));
            List<String> ids = new ArrayList<>(MemoryMbox.ids(memory.open()));
            memory.expunge(memory.open(), 1, 3);
            assertEquals(List.of(ids.get(0), ids.get(2)), MemoryMbox.ids(memory.open()));
        }
    }

    @Test
    void numbersNeedABaseInTheFirstMessage() throws Exception {
        String unnumbered = ids("popa3d", message("")).get(0);
        assertEquals(unnumbered, idOf("X-UID: 3\n"));
        assertEquals("000000036b01ce07", idOf(BASE + "X-UID: 3\n"));
        List<String> second =
                ids("auto", NEW_MAIL + message(BASE + "X-UID: 3\n") + message("X-UID: 4\n"));
        assertEquals(unnumbered, second.get(1));
        assertEquals(33, second.get(2).length());
    }

    @Test
    void onlyNumbersThatWereGivenCount() throws Exception {
        for (String good : List.of("1", "9", "0000000009", "9   ")) {
            assertEquals(
                    "0000000" + good.strip().charAt(good.strip().length() - 1) + "6b01ce07",
                    idOf(BASE + "X-UID: " + good + "\n"));
        }
        String unnumbered = idOf("");
        for (String bad :
                List.of(
                        "0",
                        "10",
                        "-1",
                        "+1",
                        "",
                        " 1",
                        "1x",
                        "1\t",
                        "0x1",
                        "00000000001",
                        "4294967297",
                        "99999999999999999999",
                        "1\r")) {
            assertEquals(unnumbered, idOf(BASE + "X-UID: " + bad + "\n"), bad);
        }
        for (String name : List.of("x-uid: 1", "X-UID:1", "X-Uid: 1", "X-UIDL: 1", " X-UID: 1")) {
            assertEquals(unnumbered, idOf(BASE + name + "\n"), name);
        }
        assertEquals(
                "000000016b01ce07", idOf(BASE + "X-UID: 1\nX-UID: 2\n"), "the first one counts");
    }

    @Test
    void basesAreStrict() throws Exception {
        String unnumbered = idOf("");
        for (String good : List.of("4294967295 4294967295", "7 0000000001 kw $Junk", "1 1 ")) {
            assertEquals(16, idOf("X-IMAPbase: " + good + "\nX-UID: 1\n").length());
            assertNotEquals(unnumbered, idOf("X-IMAPbase: " + good + "\nX-UID: 1\n"), good);
        }
        assertEquals("ffffffffffffffff", numbered("4294967295 4294967295", "4294967295"));
        for (String bad :
                List.of(
                        "0 1",
                        "4294967296 1",
                        "1 4294967296",
                        "1",
                        "1 ",
                        "",
                        "1  1",
                        "a 1",
                        "1 1x",
                        "-1 1",
                        "1 99999999999",
                        "1 0",
                        " 1 1")) {
            assertEquals(unnumbered, idOf("X-IMAPbase: " + bad + "\nX-UID: 1\n"), bad);
        }
    }

    private static String numbered(String base, String uid) throws Exception {
        return idOf("X-IMAPbase: " + base + "\nX-UID: " + uid + "\n");
    }

    @Test
    void anIdIsGivenOnce() throws Exception {
        String twice = message(BASE + "X-UID: 3\n") + message("X-UID: 3\n") + message("X-UID: 2\n");
        List<String> ids = ids("auto", twice);
        assertEquals("000000036b01ce07", ids.get(0));
        assertEquals("000000026b01ce07", ids.get(2));
        assertFalse(ids.get(1).endsWith("6b01ce07"));
    }

    /** A number whose 16 digits are those of an earlier message's digest, and the other way. */
    @Test
    void anIdIsGivenOnceAcrossBothKinds() throws Exception {
        ImapBase base = new ImapBase(7, 9, ImapBase.Writer.DOVECOT);
        long id = base.id(3).getAsLong();
        ScannedMessage digest =
                new ScannedMessage(0, 1, 2, 2, 3, false, id, true, 6, 0, Optional.of(base));
        ScannedMessage number =
                new ScannedMessage(0, 1, 2, 2, 3, false, 4, true, 6, 3, Optional.of(base));
        for (List<ScannedMessage> order :
                List.of(List.of(digest, number), List.of(number, digest))) {
            UniqueIds ids = new UniqueIds(UniqueIds.Rule.AUTO, message -> 5, Optional::empty);
            UniqueId first = ids.next(order.get(0));
            assertEquals("0000000300000007", first.value());
            assertNotEquals(first, ids.next(order.get(1)));
        }
    }

    @Test
    void aLineInAnyPiecesIsTheSame() throws Exception {
        byte[] file = Scans.octets(sample("dovecot-emptied.mbox") + sample("uw.mbox"));
        List<ScannedMessage> whole = Scans.scan(file, () -> file.length);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        assertEquals(whole, Scans.scan(file, () -> 1), "by octets");
        for (int i = 0; i < 200; i++) {
            assertEquals(whole, Scans.scan(file, () -> 1 + random.nextInt(30)), "seed " + seed);
        }
        assertEquals(ImapBase.Writer.DOVECOT, whole.get(0).imapBase().orElseThrow().writer());
        assertEquals(5, whole.get(1).imapUid());
        assertEquals(ImapBase.Writer.UW, whole.get(2).imapBase().orElseThrow().writer());
        assertEquals(1, whole.get(3).imapUid());
    }
}
