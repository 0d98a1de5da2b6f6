package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Mailbox;

class UniqueIdsTest {
    private static final String ONE = "From a\nReceived: 1\n\none\n\n";
    private static final String TWO = "From a\nReceived: 1\n\ntwo\n\n";
    private static final String SIX = "From a\nReceived: 1\n\nsix\n\n";
    private static final String OTHER = "From a\nReceived: 2\n\nother\n\n";

    private static List<String> ids(String rule, String mbox) throws Exception {
        try (MemoryMbox memory = new MemoryMbox("uniqueIds", rule)) {
            memory.put(mbox);
            List<String> ids = MemoryMbox.ids(memory.open());
            assertEquals(ids.size(), new HashSet<>(ids).size(), "distinct: " + ids);
            return ids;
        }
    }

    @Test
    void differentMessagesHavePopa3dsIds() throws Exception {
        for (String rule : List.of("auto", "popa3d")) {
            List<String> expected =
                    NaiveMbox.parse(Scans.octets(ONE + OTHER)).orElseThrow().stream()
                            .map(NaiveMbox.Message::id)
                            .toList();
            assertEquals(expected, ids(rule, ONE + OTHER));
        }
    }

    @Test
    void firstOfACopyKeepsPopa3dsIdAndLaterOnesAreLonger() throws Exception {
        List<String> ids = ids("popa3d", OTHER + ONE + TWO + SIX);
        assertEquals(ids("popa3d", ONE).get(0), ids.get(1));
        for (String id : ids.subList(2, 4)) {
            assertTrue(id.startsWith(ids.get(1) + "-"), id);
            assertEquals(33, id.length());
        }
    }

    @Test
    void identicalCopiesAreNumbered() throws Exception {
        List<String> ids = ids("popa3d", ONE + ONE + ONE + ONE);
        assertEquals(List.of(ids.get(1) + "-2", ids.get(1) + "-3"), ids.subList(2, 4));
    }

    @Test
    void deletingACopyChangesNoIdButThatOfItsHeir() throws Exception {
        List<String> all = ids("popa3d", ONE + TWO + OTHER + SIX);
        assertEquals(List.of(all.get(0), all.get(2), all.get(3)), ids("popa3d", ONE + OTHER + SIX));
        List<String> left = ids("popa3d", TWO + OTHER + SIX);
        assertEquals(List.of(all.get(0), all.get(2), all.get(3)), left);
    }

    @Test
    void aMessageThatNothingNamesInheritsNoId() throws Exception {
        for (String header : List.of("Subject: x\n", "Date: today\n", "Delivered-To: a\n")) {
            String first = "From a\n" + header + "\nfirst\n\n";
            String second = "From a\n" + header + "\nsecond\n\n";
            List<String> both = ids("auto", first + second);
            assertEquals(both.subList(1, 2), ids("auto", second));
            assertEquals(ids("postern", first + second), both);
            assertEquals(16, ids("popa3d", first).get(0).length());
        }
        for (String header : List.of("Received: x\n", "Message-ID: <x>\n", "X-Delivery-ID: x\n")) {
            assertEquals(16, ids("auto", "From a\n" + header + "\nx\n\n").get(0).length());
        }
    }

    @Test
    void newMailChangesNoId() throws Exception {
        List<String> all = ids("popa3d", ONE + TWO + ONE + OTHER + TWO + SIX);
        for (String last : List.of(ONE, TWO, SIX, OTHER)) {
            List<String> more = ids("popa3d", ONE + TWO + ONE + OTHER + TWO + SIX + last);
            assertEquals(all, more.subList(0, all.size()));
        }
    }

    @Test
    void statusLinesChangeNoId() throws Exception {
        List<String> all = ids("popa3d", ONE + TWO + ONE);
        String marked = (ONE + TWO + ONE).replace("\n\n", "\nStatus: RO\n\n");
        marked = marked.replace("one\nStatus: RO\n", "one\n").replace("two\nStatus: RO\n", "two\n");
        assertEquals(all, ids("popa3d", marked));
    }

    @Test
    void longFormsDependOnNoOtherMessage() throws Exception {
        List<String> all = ids("postern", ONE + TWO + OTHER + SIX);
        assertEquals(all.subList(1, 4), ids("postern", TWO + OTHER + SIX));
        assertEquals(all.subList(3, 4), ids("postern", SIX));
        for (String id : all) {
            assertEquals(33, id.length());
        }
        List<String> copies = ids("postern", ONE + ONE);
        assertEquals(copies.get(0) + "-2", copies.get(1));
    }

    @Test
    void idsAreThoseOfTheMailboxWhenItIsOpenedAgain() throws Exception {
        try (MemoryMbox memory = new MemoryMbox()) {
            memory.put(ONE + ONE + TWO + OTHER + ONE);
            Mailbox first = memory.open();
            List<String> ids = new ArrayList<>(MemoryMbox.ids(first));
            assertEquals(ids, MemoryMbox.ids(memory.open()));
            memory.expunge(first, 3);
            ids.remove(3);
            assertEquals(ids, MemoryMbox.ids(memory.open()));
        }
    }

    @Test
    void millionsOfCopiesAreToldApartQuickly() throws Exception {
        UniqueIds ids = new UniqueIds(UniqueIds.Rule.AUTO, message -> 5, Optional::empty);
        ScannedMessage copy =
                new ScannedMessage(0, 1, 2, 2, 3, false, 4, true, 6, 0, Optional.empty());
        String last = "";
        for (int i = 0; i < 100_000; i++) {
            last = ids.next(copy).value();
        }
        assertTrue(last.endsWith("-99999"), last);
        assertFalse(last.length() > 70);
    }
}
