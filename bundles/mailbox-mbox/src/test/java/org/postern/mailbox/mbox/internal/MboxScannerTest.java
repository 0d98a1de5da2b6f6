package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MailboxException;

class MboxScannerTest {
    private static final String FROM = "From a@b Thu Jan  1 00:00:00 1970\n";

    private static List<String> contents(String file) throws MailboxException {
        return Scans.scan(file).stream()
                .map(m -> file.substring((int) m.start(), (int) (m.start() + m.length())))
                .toList();
    }

    private static ScannedMessage only(String file) throws MailboxException {
        List<ScannedMessage> found = Scans.scan(file);
        assertEquals(1, found.size());
        return found.get(0);
    }

    @Test
    void messageIsWhatFollowsTheFromLineWithoutTheFinalEmptyLine() throws MailboxException {
        String file = FROM + "S: 1\n\none\n\n" + FROM + "S: 2\n\ntwo\n\n";
        assertEquals(List.of("S: 1\n\none\n", "S: 2\n\ntwo\n"), contents(file));
        assertEquals(0, Scans.scan(file).get(0).separator());
        assertEquals(file.lastIndexOf(FROM), Scans.scan(file).get(1).separator());
    }

    @Test
    void onlyOneEmptyLineIsTakenOff() throws MailboxException {
        assertEquals(List.of("S: 1\n\none\n\n\n"), contents(FROM + "S: 1\n\none\n\n\n\n"));
    }

    @Test
    void headerWithoutBodyKeepsItsEmptyLine() throws MailboxException {
        String file = FROM + "S: 1\n\n" + FROM + "S: 2\n\n\n" + FROM + "S: 3\n\n";
        assertEquals(List.of("S: 1\n\n", "S: 2\n\n", "S: 3\n\n"), contents(file));
    }

    @Test
    void headerWithoutEmptyLineIsAMessage() throws MailboxException {
        assertEquals(List.of("S: 1\n"), contents(FROM + "S: 1\n"));
    }

    @Test
    void emptyHeaderIsAMessage() throws MailboxException {
        assertEquals(List.of("\n", "\nx\n"), contents(FROM + "\n" + FROM + "\nx\n\n"));
    }

    @Test
    void separatorWantsAnEmptyLineBefore() throws MailboxException {
        assertEquals(1, Scans.scan(FROM + "S: 1\n\none\n" + FROM + "x\n").size());
        assertEquals(1, Scans.scan(FROM + "S: 1\n" + FROM + "\nx\n").size());
        assertEquals(1, Scans.scan(FROM + "S: 1\n\none\n\r\n" + FROM + "x\n").size());
        assertEquals(1, Scans.scan(FROM + "S: 1\r\n\r\n" + FROM + "x\n").size());
        assertEquals(1, Scans.scan(FROM + "S: 1\n\none\n \n" + FROM + "x\n").size());
        assertEquals(2, Scans.scan(FROM + "S: 1\n\none\n\n\n" + FROM + "x\n").size());
        assertEquals(2, Scans.scan(FROM + "S: 1\n\n" + FROM + "x\n").size());
    }

    @Test
    void fromLineBehindAFromLineIsContent() throws MailboxException {
        assertEquals(List.of(FROM + "S: 1\n\nx\n"), contents(FROM + FROM + "S: 1\n\nx\n"));
    }

    @Test
    void separatorIsExactlyFromAndSpace() throws MailboxException {
        for (String line :
                List.of(
                        "from a\n",
                        "FROM a\n",
                        "From\n",
                        "From\ta\n",
                        "From: a\n",
                        " From a\n",
                        ">From a\n")) {
            assertEquals(1, Scans.scan(FROM + "S: 1\n\none\n\n" + line + "x\n").size(), line);
        }
        for (String line : List.of("From \n", "From  a\n", "From a no date\n", "From \0\r\n")) {
            assertEquals(2, Scans.scan(FROM + "S: 1\n\none\n\n" + line + "x\n").size(), line);
        }
    }

    @Test
    void quotedFromStaysQuoted() throws MailboxException {
        assertEquals(
                List.of("S: 1\n\n>From a\n>>From b\n"),
                contents(FROM + "S: 1\n\n>From a\n>>From b\n\n"));
    }

    @Test
    void contentLengthIsNotBelieved() throws MailboxException {
        String file = FROM + "Content-Length: 99999\n\none\n\n" + FROM + "S: 2\n\ntwo\n\n";
        assertEquals(2, Scans.scan(file).size());
    }

    @Test
    void refusesWhatDoesNotStartWithAFromLine() {
        for (String file :
                List.of(
                        "\n" + FROM + "x\n",
                        "x",
                        "F",
                        "From",
                        "from a\nx\n",
                        "\0",
                        " " + FROM,
                        "\uFEFF" + FROM,
                        "S: 1\n\n" + FROM + "x\n")) {
            assertEquals(Optional.of("it does not start with a From line"), Scans.refusal(file));
        }
    }

    @Test
    void refusesAFromLineWithNothingAfterIt() {
        for (String file :
                List.of(
                        FROM,
                        "From ",
                        "From a",
                        FROM + "S: 1\n\nx\n\n" + FROM,
                        FROM + "S: 1\n\nx\n\nFrom ")) {
            assertEquals(
                    Optional.of("it ends with a From line and nothing after it"),
                    Scans.refusal(file));
        }
        assertEquals(Optional.empty(), Scans.refusal(FROM + "x"));
        assertEquals(Optional.empty(), Scans.refusal(FROM + "S: 1\n\nx\n\nFrom"));
    }

    @Test
    void octetsCountEachLineFeedTwice() throws MailboxException {
        assertEquals("S: 1\r\n\r\none\r\n".length(), only(FROM + "S: 1\n\none\n\n").octets());
        assertEquals(
                "S: 1\r\r\n\r\r\none\r\r\n".length(), only(FROM + "S: 1\r\n\r\none\r\n").octets());
        assertEquals("S: 1\r\n\r\n".length(), only(FROM + "S: 1\n\n").octets());
    }

    @Test
    void missingFinalLineEndIsCountedTruly() throws MailboxException {
        ScannedMessage body = only(FROM + "S: 1\n\none");
        assertTrue(body.lineEndMissing());
        assertEquals("S: 1\r\n\r\none\r\n".length(), body.octets());
        assertEquals("S: 1\n\none".length(), body.length());
        ScannedMessage header = only(FROM + "S: 1");
        assertTrue(header.lineEndMissing());
        assertEquals("S: 1\r\n".length(), header.octets());
        ScannedMessage cut = only(FROM + "S: 1\n\none\n\nFro");
        assertTrue(cut.lineEndMissing());
        assertEquals("S: 1\r\n\r\none\r\n\r\nFro\r\n".length(), cut.octets());
        for (String whole : List.of("S: 1\n\none\n", "S: 1\n\n", "S: 1\n", "\n", "S: 1\n\n\n")) {
            assertFalse(only(FROM + whole).lineEndMissing(), whole);
        }
    }

    @Test
    void nulsAndLongLinesAreOctetsLikeOthers() throws MailboxException {
        String body = "\0\0\n\n\0From x\n" + "x".repeat(300_000) + "\n";
        assertEquals(List.of("S: 1\n\n" + body), contents(FROM + "S: 1\n\n" + body + "\n"));
        String longHeader = "Received: " + "y".repeat(200_000) + "\n\n";
        assertEquals(List.of(longHeader), contents(FROM + longHeader));
        String longFrom = "From " + "z".repeat(200_000) + "\n";
        assertEquals(
                List.of("S: 1\n\nx\n", "S: 2\n"),
                contents(longFrom + "S: 1\n\nx\n\n" + longFrom + "S: 2\n"));
    }

    @Test
    void digestSeesEveryOctet() throws MailboxException {
        String file = FROM + "S: 1\nT: 2\n\none\n\ntwo\n";
        long digest = only(file).digest();
        for (int i = 5; i < file.length(); i++) {
            if (file.charAt(i) != '\n') {
                String changed = file.substring(0, i) + '#' + file.substring(i + 1);
                assertNotEquals(digest, only(changed).digest(), "octet " + i);
            }
        }
    }

    @Test
    void digestStaysWhenMailIsAppended() throws MailboxException {
        String next = FROM + "S: 2\n\nx\n";
        for (String body : List.of("one", "one\n", "one\n\n", "\n", "one\n\n\n")) {
            String file = FROM + "S: 1\n\n" + body;
            String completed = body.endsWith("\n") ? file : file + "\n";
            completed += completed.endsWith("\n\n") ? "" : "\n";
            assertEquals(only(file).digest(), Scans.scan(completed + next).get(0).digest(), body);
        }
    }
}
