package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.UserName;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.session.SessionEnd;

class Pop3MachineTest {
    private static final SessionBounds WIDE = bounds(1_000_000, 1_000_000);

    private final RecordedActions actions = new RecordedActions();
    private Pop3Machine machine = new Pop3Machine(actions, true, WIDE);

    private static SessionBounds bounds(int bad, int all) {
        return new SessionBounds(bad, all, MailboxBounds.NONE);
    }

    private String say(String line) {
        machine.input(ByteBuffer.wrap((line + "\r\n").getBytes(ISO_8859_1)));
        return actions.takeReplies();
    }

    private void login(int messages) {
        say("USER ann");
        say("PASS secret");
        machine.admitted();
        machine.opened(Maildrops.of(messages));
        assertEquals(Replies.LOGGED_IN, actions.takeReplies());
        actions.takeAsked();
    }

    @Test
    void takesOneLineAtATimeAndNoneWhileWaiting() {
        ByteBuffer ahead = ByteBuffer.wrap("USER a\r\nPASS b\r\nSTAT\r\n".getBytes(ISO_8859_1));
        machine.input(ahead);
        assertEquals(8, ahead.position());
        assertTrue(machine.listening());
        machine.input(ahead);
        assertEquals(16, ahead.position());
        assertFalse(machine.listening());
        machine.admitted();
        assertFalse(machine.listening());
        machine.opened(Maildrops.of(1));
        assertTrue(machine.listening());
        machine.input(ahead);
        assertEquals(
                Replies.NAME_TAKEN + "|" + Replies.LOGGED_IN + "|+OK 1 100 octets",
                actions.takeReplies());
        assertEquals("authenticate|open", actions.takeAsked());
    }

    @Test
    void handsPasswordsOnVerbatim() {
        say("USER \u00e9@example.org");
        say("PASS  a b\t\u00ff ");
        assertEquals(
                Optional.of(UserName.of("\u00e9@example.org".getBytes(ISO_8859_1))), actions.name);
        assertEquals(Optional.of(" a b\t\u00ff "), actions.password);
    }

    @Test
    void keepsNothingOfALineThatItHasRead() {
        say("USER ann");
        say("PASS secret");
        assertTrue(machine.isWiped());
        machine.loginFailed(false);
        machine.input(ByteBuffer.wrap("PASS unfinis".getBytes(ISO_8859_1)));
        assertFalse(machine.isWiped());
        machine.ended();
        assertTrue(machine.isWiped());
    }

    @Test
    void takesNamesAsLongAsLinesAre() {
        assertEquals(Replies.NAME_TAKEN, say("USER " + "n".repeat(250)));
        assertEquals(Replies.TOO_LONG, say("USER " + "n".repeat(251)));
    }

    @Test
    void failedLoginUsesTheNameUp() {
        say("USER ann");
        assertEquals("", say("PASS wrong"));
        machine.loginFailed(false);
        assertEquals(Replies.LOGIN_FAILED, actions.takeReplies());
        assertEquals(Replies.NAME_FIRST, say("PASS again"));
        assertEquals(Replies.NAME_TAKEN, say("USER ann"));
        say("PASS wrong");
        machine.loginFailed(true);
        assertEquals(Replies.LOGIN_FAILED, actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.LOGIN_FAILURES), actions.end);
        assertFalse(machine.listening());
    }

    @Test
    void unavailableAndRefusedAreNotWrongPasswords() {
        say("USER ann");
        say("PASS secret");
        machine.loginUnavailable();
        assertEquals(Replies.LOGIN_UNAVAILABLE, actions.takeReplies());
        assertTrue(machine.listening());
        say("USER ann");
        say("PASS secret");
        machine.loginRefused("too many");
        assertEquals(Replies.TOO_MANY_SESSIONS, actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.LIMIT), actions.end);
    }

    @Test
    void asksForEncryptionWhereItMust() {
        actions.passwordsAllowed = false;
        assertEquals(Replies.ENCRYPTION_REQUIRED, say("USER ann"));
        assertEquals(Replies.ENCRYPTION_REQUIRED, say("PASS secret"));
        assertFalse(say("CAPA").contains("USER"));
        assertEquals(Optional.empty(), actions.password);
        assertFalse(Replies.ENCRYPTION_REQUIRED.contains("["), "no code of another meaning");
    }

    @Test
    void encryptionForgetsWhatCameBefore() {
        actions.canEncrypt = true;
        assertEquals(Replies.NAME_TAKEN, say("USER ann"));
        ByteBuffer ahead =
                ByteBuffer.wrap("STLS\r\nPASS secret\r\nNOOP\r\nNO".getBytes(ISO_8859_1));
        machine.input(ahead);
        assertFalse(ahead.hasRemaining());
        assertTrue(machine.isWiped());
        assertEquals(Replies.ENCRYPTING, actions.takeReplies());
        assertEquals("encrypt", actions.takeAsked());
        assertTrue(machine.listening());
        assertEquals(Replies.NAME_FIRST, say("PASS secret"));
        assertEquals(Optional.empty(), actions.password);
    }

    @Test
    void encryptsOnlyWhereItCanAndNothingIsOpen() {
        assertEquals(Replies.NO_ENCRYPTION, say("STLS"));
        actions.canEncrypt = true;
        assertEquals(Replies.MALFORMED, say("STLS now"));
        assertEquals(Replies.ENCRYPTING, say("stls"));
        assertEquals(Replies.NO_ENCRYPTION, say("STLS"));
        actions.canEncrypt = true;
        login(1);
        assertEquals(Replies.NOT_NOW, say("STLS"));
    }

    @Test
    void announcesEncryptionAsLongAsItCanBegin() {
        assertFalse(say("CAPA").contains("STLS"));
        actions.canEncrypt = true;
        actions.passwordsAllowed = false;
        String before = say("CAPA");
        assertTrue(before.contains("|STLS|") && !before.contains("USER"), before);
        say("STLS");
        String after = say("CAPA");
        assertTrue(!after.contains("STLS") && after.contains("|USER|"), after);
        actions.canEncrypt = true;
        login(1);
        assertFalse(say("CAPA").contains("STLS"));
    }

    @Test
    void everyFailureToOpenHasItsCode() {
        for (MailboxException.Kind kind : MailboxException.Kind.values()) {
            String code =
                    switch (kind) {
                        case IN_USE -> "[IN-USE]";
                        case NOT_A_MAILBOX, NOT_PERMITTED, TOO_LARGE -> "[SYS/PERM]";
                        case CHANGED, MESSAGE_GONE, UNAVAILABLE -> "[SYS/TEMP]";
                    };
            RecordedActions recorded = new RecordedActions();
            Pop3Machine opening = new Pop3Machine(recorded, true, WIDE);
            opening.input(ByteBuffer.wrap("USER a\n".getBytes(ISO_8859_1)));
            opening.input(ByteBuffer.wrap("PASS b\n".getBytes(ISO_8859_1)));
            opening.admitted();
            recorded.takeReplies();
            opening.notOpened(kind, "why");
            assertTrue(recorded.takeReplies().startsWith("-ERR " + code + " "), kind::toString);
            assertEquals(Optional.of(SessionEnd.MAILBOX_FAILED), recorded.end);
        }
        assertTrue(Replies.notOpened(MailboxException.Kind.IN_USE).contains("lock"));
    }

    @Test
    void lastIsACommandOnlyWhereItIsConfigured() {
        machine = new Pop3Machine(actions, false, WIDE);
        login(3);
        assertEquals(Replies.UNKNOWN, say("LAST"));
    }

    @Test
    void onlyWholeRetrievalsThatSucceedCountForLast() {
        login(9);
        say("TOP 9 1");
        machine.retrieved();
        say("RETR 8");
        machine.notRetrieved();
        assertEquals(Replies.NOT_READABLE, actions.takeReplies());
        assertEquals("+OK 0", say("LAST"));
        say("RETR 2");
        machine.retrieved();
        assertEquals("+OK 2", say("LAST"));
        assertEquals("retrieve 8 1|retrieve 7 -1|retrieve 1 -1", actions.takeAsked());
    }

    @Test
    void quitUpdatesWhatIsMarked() {
        login(4);
        say("DELE 2");
        say("DELE 4");
        assertEquals("", say("QUIT"));
        assertEquals("update {1, 3}", actions.takeAsked());
        assertFalse(machine.listening());
        machine.updated();
        assertEquals(Replies.GOODBYE, actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.QUIT), actions.end);
    }

    @Test
    void failedUpdateIsNoGoodbye() {
        login(1);
        say("DELE 1");
        say("QUIT");
        machine.notUpdated("disk full");
        assertEquals(Replies.NOT_REMOVED, actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.MAILBOX_FAILED), actions.end);
    }

    @Test
    void endsAfterTooManyBadCommands() {
        machine = new Pop3Machine(actions, true, bounds(3, 100));
        assertEquals(Replies.UNKNOWN, say("HELO"));
        assertEquals(Replies.OK.substring(0, 3), say("CAPA").substring(0, 3));
        assertEquals(Replies.NOT_NOW, say("STAT"));
        assertEquals(Optional.empty(), actions.end);
        assertEquals(Replies.MALFORMED, say("QUIT now"));
        assertEquals(Optional.of(SessionEnd.LIMIT), actions.end);
    }

    @Test
    void messagesThatAreNotThereAreNoBadCommands() {
        machine = new Pop3Machine(actions, true, bounds(1, 100));
        login(1);
        for (int i = 0; i < 10; i++) {
            assertEquals(Replies.NO_SUCH_MESSAGE, say("LIST 2"));
        }
        assertEquals(Optional.empty(), actions.end);
    }

    @Test
    void endsAfterTooManyCommands() {
        machine = new Pop3Machine(actions, true, bounds(100, 4));
        login(1);
        assertEquals(Replies.OK, say("NOOP"));
        machine.bounds(bounds(100, 5));
        assertEquals(Replies.OK, say("NOOP"));
        assertEquals(Replies.OK, say("NOOP"));
        assertEquals(Optional.empty(), actions.end);
        assertEquals(Replies.TOO_MANY_COMMANDS, say("NOOP"));
        assertEquals(Optional.of(SessionEnd.LIMIT), actions.end);
    }

    @Test
    void drainsStrangersAtOnce() {
        say("USER ann");
        machine.drain();
        assertEquals(Replies.GOING_DOWN, actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.DRAINED), actions.end);
    }

    @Test
    void drainsLoginsWhenTheyAreDecided() {
        say("USER ann");
        say("PASS secret");
        machine.drain();
        assertEquals("", actions.takeReplies());
        machine.admitted();
        assertEquals(Replies.GOING_DOWN, actions.takeReplies());
        assertEquals("authenticate", actions.takeAsked(), "the mailbox is not opened");
        assertEquals(Optional.of(SessionEnd.DRAINED), actions.end);
    }

    @Test
    void drainsLoginsWhoseMailboxIsBeingOpened() {
        say("USER ann");
        say("PASS secret");
        machine.admitted();
        machine.drain();
        assertEquals("", actions.takeReplies());
        machine.opened(Maildrops.of(1));
        assertEquals(Replies.GOING_DOWN, actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.DRAINED), actions.end);
    }

    @Test
    void drainsWhoIsLoggedInAtQuit() {
        login(2);
        machine.drain();
        assertEquals(Replies.MARKED, say("DELE 1"));
        say("QUIT");
        assertEquals("update {0}", actions.takeAsked());
        machine.updated();
        assertEquals(Optional.of(SessionEnd.QUIT), actions.end);
    }

    @Test
    void listsAreWhole() {
        login(3);
        say("DELE 2");
        assertEquals("+OK 2 messages (400 octets)", say("LIST"));
        assertFalse(machine.listening());
        machine.listed();
        assertEquals(Replies.OK, say("UIDL"));
        machine.listed();
        assertEquals("1 100/3 300/./|1 uid-1/3 uid-3/./", actions.takeAsked());
        assertEquals("+OK 3 300", say("LIST 3"));
        assertEquals("+OK 3 uid-3", say("UIDL 3"));
    }

    /** Whatever comes: one status line for each line, and nothing after the end. */
    @Test
    void answersEveryLineOnce() {
        long seed = System.nanoTime();
        System.out.println("Pop3MachineTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            RecordedActions recorded = new RecordedActions();
            Pop3Machine driven = new Pop3Machine(recorded, random.nextBoolean(), WIDE);
            recorded.passwordsAllowed = random.nextInt(10) > 0;
            ByteBuffer input = ByteBuffer.wrap(RandomLines.make(random, 200));
            int lines = 0;
            int statuses = 0;
            while (input.hasRemaining() && recorded.end.isEmpty()) {
                int from = input.position();
                driven.input(input);
                if (input.get(input.position() - 1) == '\n') {
                    lines++;
                } else {
                    assertFalse(input.hasRemaining(), "only an unfinished line is left open");
                }
                assertTrue(input.position() > from);
                statuses += decide(driven, recorded, random);
                assertEquals(recorded.end.isEmpty(), driven.listening());
                statuses +=
                        (int)
                                recorded.replies.stream()
                                        .filter(r -> r.startsWith("+OK") || r.startsWith("-ERR"))
                                        .count();
                recorded.replies.clear();
                assertEquals(lines, statuses, "seed " + seed + " round " + round);
            }
        }
    }

    // Tells the machine a result of what it has asked for; returns status lines that were part of
    // the action itself.
    private static int decide(Pop3Machine machine, RecordedActions recorded, Random random) {
        int statuses = 0;
        while (!recorded.asked.isEmpty()) {
            String asked = recorded.asked.remove(0);
            boolean good = random.nextInt(4) > 0;
            if (asked.equals("authenticate") && good) {
                machine.admitted();
            } else if (asked.equals("authenticate")) {
                machine.loginFailed(random.nextInt(5) == 0);
            } else if (asked.equals("open") && good) {
                machine.opened(Maildrops.of(random.nextInt(20)));
            } else if (asked.equals("open")) {
                machine.notOpened(MailboxException.Kind.IN_USE, "");
            } else if (asked.startsWith("retrieve") && good) {
                statuses++;
                machine.retrieved();
            } else if (asked.startsWith("retrieve")) {
                machine.notRetrieved();
            } else if (asked.startsWith("update") && good) {
                machine.updated();
            } else if (asked.startsWith("update")) {
                machine.notUpdated("");
            } else {
                machine.listed();
            }
        }
        return statuses;
    }
}
