package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.posix.Errno;
import org.postern.api.storage.MailDirectory;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.Operations;

/**
 * Lists that Dovecot 2.3.19 (with its default, and with {@code pop3_save_uidl} and another format)
 * and Courier 1.0.16 wrote, in the resources, and the ids that they gave for them.
 */
class ForeignIdsTest {
    private static final byte[] MESSAGE = "Subject: x\n\nx\n".getBytes(ISO_8859_1);
    private static final String ONE = "1700000001.M1P1.host";
    private static final String TWO = "1700000002.M2P1.host";
    private static final String THREE = "1700000003.M3P1.host";
    private static final String HEADER = "3 V1783312325 N9 Gabc\n";
    private static final String COURIERS = "/3 9 1783312325\n";

    private static byte[] sample(String name) throws Exception {
        try (InputStream sample = ForeignIdsTest.class.getResourceAsStream(name)) {
            return sample.readAllBytes();
        }
    }

    private static MemoryMaildir maildir(String rule, String... names) {
        MemoryMaildir maildir = new MemoryMaildir(Map.of("uniqueIds", rule));
        for (int i = 0; i < names.length; i++) {
            maildir.put(i % 2 == 0 ? MailDirectory.NEW : MailDirectory.CUR, names[i], MESSAGE);
        }
        return maildir;
    }

    private static List<String> ids(MemoryMaildir maildir) throws Exception {
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(opened.ids().size(), new HashSet<>(opened.ids()).size(), "distinct");
            return opened.ids();
        }
    }

    private static List<String> ids(String rule, String name, String list, String... names)
            throws Exception {
        MemoryMaildir maildir = maildir(rule, names);
        maildir.put(MailDirectory.ROOT, name, list.getBytes(ISO_8859_1));
        return ids(maildir);
    }

    private static List<String> dovecots(String list, String... names) throws Exception {
        return ids("auto", "dovecot-uidlist", list, names);
    }

    private static List<String> couriers(String list, String... names) throws Exception {
        return ids("auto", "courierpop3dsizelist", list, names);
    }

    @Test
    void dovecots() throws Exception {
        String[] names = {
            ONE + ",S=42", TWO + ",S=42:2,", THREE + ",S=42:2,S", "1700000005.odd name:2,RS"
        };
        List<String> expected =
                List.of(
                        "000000016b01cfca",
                        "000000026b01cfca",
                        "000000036b01cfca",
                        "000000046b01cfca");
        for (String rule : List.of("auto", "dovecot")) {
            MemoryMaildir maildir = maildir(rule, names);
            maildir.put(MailDirectory.ROOT, "dovecot-uidlist", sample("dovecot-uidlist"));
            assertEquals(expected, ids(maildir));
            maildir.put(MailDirectory.NEW, "1700000006.new", MESSAGE);
            List<String> more = new ArrayList<>(expected);
            more.add("1700000006.new");
            assertEquals(more, ids(maildir), "new mail is not in the list");
        }
        for (String rule : List.of("postern", "qmail", "courier")) {
            MemoryMaildir maildir = maildir(rule, names);
            maildir.put(MailDirectory.ROOT, "dovecot-uidlist", sample("dovecot-uidlist"));
            assertEquals(ONE + ",S=42", ids(maildir).get(0));
        }
    }

    @Test
    void dovecotsThatWereSaved() throws Exception {
        MemoryMaildir maildir = maildir("auto", ONE, TWO, THREE);
        maildir.put(MailDirectory.ROOT, "dovecot-uidlist", sample("dovecot-uidlist-saved"));
        assertEquals(List.of("1795280415.1", "1795280415.2", "1795280415.3"), ids(maildir));
    }

    @Test
    void couriers() throws Exception {
        String[] names = {ONE, TWO, THREE + ",S=50", "1700000004.a name:2,S"};
        List<String> expected =
                List.of("UID1-1795280416", "UID2-1795280416", "UID3-1795280416", "UID4-1795280416");
        for (String rule : List.of("auto", "courier")) {
            MemoryMaildir maildir = maildir(rule, names);
            maildir.put(MailDirectory.ROOT, "courierpop3dsizelist", sample("courierpop3dsizelist"));
            assertEquals(expected, ids(maildir));
        }
        for (String rule : List.of("postern", "qmail", "dovecot")) {
            MemoryMaildir maildir = maildir(rule, names);
            maildir.put(MailDirectory.ROOT, "courierpop3dsizelist", sample("courierpop3dsizelist"));
            assertEquals(ONE, ids(maildir).get(0));
        }
    }

    @Test
    void couriersOlderForms() throws Exception {
        assertEquals(List.of("UID7-3"), couriers("/2 9 3\n" + ONE + ":2,S 46 7:3\n", ONE + ":2,R"));
        assertEquals(List.of("UID7"), couriers(COURIERS + ONE + " 46 7:0:1\n", ONE));
        assertEquals(
                List.of("1.it+27s+2Ba+20name"),
                couriers(COURIERS + "1.it's+a name 46 0:0:0\n", "1.it's+a name"));
    }

    @Test
    void dovecotsComesBeforeCouriers() throws Exception {
        MemoryMaildir maildir = maildir("auto", ONE, TWO);
        maildir.put(
                MailDirectory.ROOT,
                "courierpop3dsizelist",
                (COURIERS + ONE + " 46 7:3:0\n" + TWO + " 46 8:3:0\n").getBytes(ISO_8859_1));
        assertEquals(List.of("UID7-3", "UID8-3"), ids(maildir));
        maildir.put(
                MailDirectory.ROOT,
                "dovecot-uidlist",
                (HEADER + "1 :" + ONE + "\n").getBytes(ISO_8859_1));
        assertEquals(List.of("000000016a4b2fc5", TWO), ids(maildir));
    }

    @Test
    void idsStayWhenFlagsDirectoriesAndOtherMailChange() throws Exception {
        MemoryMaildir maildir = maildir("auto", ONE, TWO, THREE);
        maildir.put(MailDirectory.ROOT, "dovecot-uidlist", sample("dovecot-uidlist-saved"));
        List<String> before = ids(maildir);
        maildir.files.rename(
                MemoryMaildir.entry(MailDirectory.NEW, ONE),
                MemoryMaildir.entry(MailDirectory.CUR, ONE + ":2,FRS"));
        maildir.put(MailDirectory.NEW, "1600000000.earlier", MESSAGE);
        assertEquals(before, ids(maildir).subList(1, 4));
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            BitSet first = new BitSet();
            first.set(1);
            opened.expunge(first);
        }
        assertEquals(before.subList(1, 3), ids(maildir).subList(1, 3));
    }

    @Test
    void linesAreStrict() throws Exception {
        for (String good :
                List.of("1 :", "0000000001 :", "1 W9 S8 Gx :", "1  :", "1 P :1 :", "1 P.x :")) {
            String id = dovecots(HEADER + good + ONE + "\n", ONE).get(0);
            boolean own = good.contains("P");
            assertEquals(own ? ONE : "000000016a4b2fc5", id, good);
        }
        for (String bad :
                List.of(
                        "0 :",
                        ":",
                        "1:",
                        "1",
                        "",
                        "-1 :",
                        "x :",
                        "4294967296 :",
                        "00000000001 :",
                        "1 W9:",
                        "1 W9 ",
                        " 1 :")) {
            assertEquals(List.of(ONE), dovecots(HEADER + bad + ONE + "\n", ONE), bad);
        }
        for (String bad :
                List.of(
                        "",
                        " ",
                        " 46",
                        " 46 7",
                        " 46 7:3",
                        " 46 7:3:",
                        " 46 7:3:0 ",
                        " 7:3:0",
                        " 46 7:3:0:1",
                        " 46 -7:3:0",
                        " 46 4294967296:3:0",
                        " 46 7:x:0")) {
            assertEquals(List.of(ONE), couriers(COURIERS + ONE + bad + "\n", ONE), bad);
        }
        assertEquals(List.of(ONE), dovecots(HEADER + "1 :" + ONE, ONE), "cut off");
        assertEquals(
                "000000026a4b2fc5",
                dovecots(HEADER + "junk\n\n2 :" + ONE + "\n", ONE).get(0),
                "behind junk");
    }

    @Test
    void headersAreStrict() throws Exception {
        for (String bad :
                List.of(
                        "",
                        "\n",
                        "1 1783312325 9\n",
                        "3\n",
                        "3 N9\n",
                        "3 V0 N9\n",
                        "3 V4294967296\n",
                        "3 V1x N9\n",
                        "3 V1 V2\n",
                        "4 V1 N9\n",
                        "3V1\n",
                        "x".repeat(5000) + "\n")) {
            assertEquals(List.of(ONE), dovecots(bad + "1 :" + ONE + "\n", ONE), bad);
        }
        for (String bad :
                List.of(
                        "",
                        "/1 9 3\n",
                        "/4 9 3\n",
                        "/3 9\n",
                        "/3 9 3 1\n",
                        "3 9 3\n",
                        "/3 9 x\n")) {
            assertEquals(List.of(ONE), couriers(bad + ONE + " 46 7:3:0\n", ONE), bad);
        }
        // What is no list of Dovecot's does not hide Courier's.
        MemoryMaildir maildir = maildir("auto", ONE);
        maildir.put(MailDirectory.ROOT, "dovecot-uidlist", new byte[0]);
        maildir.put(
                MailDirectory.ROOT,
                "courierpop3dsizelist",
                (COURIERS + ONE + " 46 7:3:0\n").getBytes(ISO_8859_1));
        assertEquals(List.of("UID7-3"), ids(maildir));
    }

    @Test
    void savedIdsAreFitOrNotUsed() throws Exception {
        String longest = "x".repeat(70);
        assertEquals(List.of(longest), dovecots(HEADER + "1 P" + longest + " :" + ONE + "\n", ONE));
        for (String bad : List.of(longest + "x", "\u00e9", "a\tb", "\u007f", ".hidden")) {
            assertEquals(
                    List.of(ONE), dovecots(HEADER + "1 P" + bad + " :" + ONE + "\n", ONE), bad);
        }
    }

    @Test
    void aLineOfTheGreatestLengthIsReadAndNoLonger() throws Exception {
        String rest = " :" + ONE;
        String most = "1 G" + "g".repeat(ListReader.LONGEST_LINE - 3 - rest.length());
        assertEquals("000000016a4b2fc5", dovecots(HEADER + most + rest + "\n", ONE).get(0));
        assertEquals(ONE, dovecots(HEADER + most + "g" + rest + "\n", ONE).get(0));
    }

    @Test
    void aListOfTheGreatestSizeIsReadAndNoLonger() throws Exception {
        byte[] most = new byte[(int) ListReader.MOST_OCTETS];
        // Junk, in lines that are not too many.
        for (int end = 10_000; end < most.length; end += 10_000) {
            most[end] = '\n';
        }
        byte[] begins = (HEADER + "1 :" + ONE + "\n").getBytes(ISO_8859_1);
        System.arraycopy(begins, 0, most, 0, begins.length);
        MemoryMaildir maildir = maildir("auto", ONE);
        maildir.put(MailDirectory.ROOT, "dovecot-uidlist", most);
        assertEquals(List.of("000000016a4b2fc5"), ids(maildir));
        maildir.find(MailDirectory.ROOT, "dovecot-uidlist").orElseThrow().append(new byte[1]);
        assertEquals(List.of(ONE), ids(maildir));
    }

    @Test
    void everyMessageHasItsOwnId() throws Exception {
        List<String> twice =
                dovecots(HEADER + "1 Psame :" + ONE + "\n2 Psame :" + TWO + "\n", TWO, ONE);
        assertEquals(List.of("same", TWO), twice, "the list's order counts");
        List<String> taken = dovecots(HEADER + "1 P" + TWO + " :" + ONE + "\n", ONE, TWO);
        assertEquals(TWO, taken.get(0));
        assertTrue(taken.get(1).startsWith("."), taken.get(1));
        assertEquals(
                List.of("a"),
                dovecots(HEADER + "1 Pa :" + ONE + "\n2 Pb :" + ONE + "\n", ONE),
                "the first line counts");
        List<String> copies = dovecots(HEADER + "1 :" + ONE + "\n", ONE, ONE + ":2,S");
        assertEquals("000000016a4b2fc5", copies.get(0));
        assertTrue(copies.get(1).startsWith("."), copies.get(1));
    }

    @Test
    void idsOfMessagesThatAreGoneAreNobodys() throws Exception {
        assertEquals(List.of("a"), dovecots(HEADER + "1 Pa :gone\n2 Pa :" + ONE + "\n", ONE));
    }

    @Test
    void aListThatCannotBeReadNowEndsTheOpening() throws Exception {
        for (CallKind kind : List.of(CallKind.OPEN, CallKind.READ)) {
            MemoryMaildir maildir = maildir("auto", ONE);
            maildir.put(MailDirectory.ROOT, "dovecot-uidlist", sample("dovecot-uidlist"));
            MemoryMailStorage storage = maildir.storage();
            // The message itself is the first.
            storage.faults().fail(kind, 2, Errno.EIO);
            assertEquals(
                    Kind.UNAVAILABLE,
                    Operations.fails(
                                    maildir.format()
                                            .open(storage, MailboxBounds.NONE, Optional.empty()),
                                    maildir.clock)
                            .kind(),
                    kind.toString());
        }
    }

    @Test
    void anEmptyMaildirNeedsNoList() throws Exception {
        MemoryMaildir maildir = maildir("auto");
        maildir.create();
        maildir.put(MailDirectory.ROOT, "dovecot-uidlist", sample("dovecot-uidlist"));
        assertEquals(List.of(), ids(maildir));
        assertNotEquals(List.of(), sample("dovecot-uidlist"));
    }
}
