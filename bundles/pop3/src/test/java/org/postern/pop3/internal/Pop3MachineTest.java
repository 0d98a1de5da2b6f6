package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.pop3.internal.Language.ENGLISH;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.Mechanism;
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
        assertEquals(Reply.LOGGED_IN.in(ENGLISH), actions.takeReplies());
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
                Reply.NAME_TAKEN.in(ENGLISH)
                        + "|"
                        + Reply.LOGGED_IN.in(ENGLISH)
                        + "|+OK 1 100 octets",
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
        assertEquals(Reply.NAME_TAKEN.in(ENGLISH), say("USER " + "n".repeat(250)));
        assertEquals(Reply.TOO_LONG.in(ENGLISH), say("USER " + "n".repeat(251)));
    }

    @Test
    void keepsNothingOfAnExchange() {
        actions.mechanisms = List.of(Mechanism.PLAIN);
        say("AUTH PLAIN AGFubgBzZWNyZXQ=");
        assertEquals("exchange PLAIN '\0ann\0secret'", actions.takeAsked());
        assertTrue(machine.isWiped());
        machine.challenge(ByteBuffer.wrap(new byte[] {0, (byte) 0xFF}));
        assertEquals("+ AP8=", actions.takeReplies());
        say("AGFubgBzZWNyZXQ" + "=".repeat(500));
        assertEquals("abandon", actions.takeAsked());
        assertTrue(machine.isWiped());
        say("AUTH PLAIN " + "QUJD".repeat(100));
        machine.challenge(ByteBuffer.allocate(0));
        machine.input(ByteBuffer.wrap("QUJD".repeat(100).getBytes(ISO_8859_1)));
        assertFalse(machine.isWiped());
        assertTrue(machine.held() > 8_000);
        machine.ended();
        assertTrue(machine.isWiped());
        assertEquals(CommandLineParser.MAX_OCTETS, machine.held());
    }

    @Test
    void linesAreLongInExchangesAlone() {
        actions.mechanisms = List.of(Mechanism.PLAIN);
        String token = "QUJD".repeat(1_000);
        assertEquals(Reply.TOO_LONG.in(ENGLISH), say("USER " + token));
        assertEquals(Reply.TOO_LONG.in(ENGLISH), say("AUTHOR " + token));
        assertEquals(Reply.TOO_LONG.in(ENGLISH), say(token));
        assertEquals(CommandLineParser.MAX_OCTETS, machine.held());
        say("AUTH PLAIN " + token);
        machine.challenge(ByteBuffer.allocate(0));
        assertEquals("+ ", actions.takeReplies());
        say(token);
        actions.takeAsked();
        machine.admitted();
        assertTrue(machine.held() > 8_000);
        machine.opened(Maildrops.of(1));
        assertEquals(CommandLineParser.MAX_OCTETS, machine.held());
        assertEquals(Reply.LOGGED_IN.in(ENGLISH), actions.takeReplies());
        assertEquals(Reply.TOO_LONG.in(ENGLISH), say("AUTH PLAIN " + token));
    }

    @Test
    void failedLoginUsesTheNameUp() {
        say("USER ann");
        assertEquals("", say("PASS wrong"));
        machine.loginFailed(false);
        assertEquals(Reply.LOGIN_FAILED.in(ENGLISH), actions.takeReplies());
        assertEquals(Reply.NAME_FIRST.in(ENGLISH), say("PASS again"));
        assertEquals(Reply.NAME_TAKEN.in(ENGLISH), say("USER ann"));
        say("PASS wrong");
        machine.loginFailed(true);
        assertEquals(Reply.LOGIN_FAILED.in(ENGLISH), actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.LOGIN_FAILURES), actions.end);
        assertFalse(machine.listening());
    }

    @Test
    void unavailableAndRefusedAreNotWrongPasswords() {
        say("USER ann");
        say("PASS secret");
        machine.loginUnavailable();
        assertEquals(Reply.LOGIN_UNAVAILABLE.in(ENGLISH), actions.takeReplies());
        assertTrue(machine.listening());
        say("USER ann");
        say("PASS secret");
        machine.loginRefused("too many");
        assertEquals(Reply.USERS_SESSIONS.in(ENGLISH), actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.LIMIT), actions.end);
    }

    @Test
    void asksForEncryptionWhereItMust() {
        actions.passwordsAllowed = false;
        assertEquals(Reply.ENCRYPTION_REQUIRED.in(ENGLISH), say("USER ann"));
        assertEquals(Reply.ENCRYPTION_REQUIRED.in(ENGLISH), say("PASS secret"));
        assertFalse(say("CAPA").contains("|USER|"));
        assertEquals(Optional.empty(), actions.password);
    }

    @Test
    void encryptionForgetsWhatCameBefore() {
        actions.canEncrypt = true;
        assertEquals(Reply.NAME_TAKEN.in(ENGLISH), say("USER ann"));
        ByteBuffer ahead =
                ByteBuffer.wrap("STLS\r\nPASS secret\r\nNOOP\r\nNO".getBytes(ISO_8859_1));
        machine.input(ahead);
        assertFalse(ahead.hasRemaining());
        assertTrue(machine.isWiped());
        assertEquals(Reply.ENCRYPTING.in(ENGLISH), actions.takeReplies());
        assertEquals("encrypt", actions.takeAsked());
        assertTrue(machine.listening());
        assertEquals(Reply.NAME_FIRST.in(ENGLISH), say("PASS secret"));
        assertEquals(Optional.empty(), actions.password);
    }

    /** In an exchange there are responses and no commands, whatever they spell (RFC 5034). */
    @Test
    void nothingThatIsSaidInAnExchangeIsACommand() {
        actions.canEncrypt = true;
        actions.mechanisms = List.of(Mechanism.PLAIN);
        for (String response : List.of("STLS", "QUIT", "CAPA", "UTF8", "AUTH")) {
            say("AUTH PLAIN");
            machine.challenge(ByteBuffer.allocate(0));
            actions.takeReplies();
            actions.takeAsked();
            assertEquals("", say(response));
            assertTrue(actions.takeAsked().startsWith("respond "), response);
            machine.malformed();
            actions.takeReplies();
        }
        assertTrue(machine.listening());
        assertEquals(Reply.ENCRYPTING.in(ENGLISH), say("STLS"));
    }

    @Test
    void encryptsOnlyWhereItCanAndNothingIsOpen() {
        assertEquals(Reply.NO_ENCRYPTION.in(ENGLISH), say("STLS"));
        actions.canEncrypt = true;
        assertEquals(Reply.MALFORMED.in(ENGLISH), say("STLS now"));
        assertEquals(Reply.ENCRYPTING.in(ENGLISH), say("stls"));
        assertEquals(Reply.NO_ENCRYPTION.in(ENGLISH), say("STLS"));
        actions.canEncrypt = true;
        login(1);
        assertEquals(Reply.NOT_NOW.in(ENGLISH), say("STLS"));
    }

    @Test
    void announcesEncryptionAsLongAsItCanBegin() {
        assertFalse(say("CAPA").contains("STLS"));
        actions.canEncrypt = true;
        actions.passwordsAllowed = false;
        String before = say("CAPA");
        assertTrue(before.contains("|STLS|") && !before.contains("|USER|"), before);
        say("STLS");
        String after = say("CAPA");
        assertTrue(!after.contains("STLS") && after.contains("|USER|"), after);
        actions.canEncrypt = true;
        login(1);
        assertFalse(say("CAPA").contains("STLS"));
    }

    @Test
    void lastIsACommandOnlyWhereItIsConfigured() {
        machine = new Pop3Machine(actions, false, WIDE);
        login(3);
        assertEquals(Reply.UNKNOWN.in(ENGLISH), say("LAST"));
    }

    @Test
    void onlyWholeRetrievalsThatSucceedCountForLast() {
        login(9);
        say("TOP 9 1");
        machine.retrieved();
        say("RETR 8");
        machine.notRetrieved();
        assertEquals(Reply.NOT_READABLE.in(ENGLISH), actions.takeReplies());
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
        assertEquals(Reply.GOODBYE.in(ENGLISH), actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.QUIT), actions.end);
    }

    @Test
    void failedUpdateIsNoGoodbye() {
        login(1);
        say("DELE 1");
        say("QUIT");
        machine.notUpdated("disk full");
        assertEquals(Reply.NOT_REMOVED.in(ENGLISH), actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.MAILBOX_FAILED), actions.end);
    }

    @Test
    void endsAfterTooManyBadCommands() {
        machine = new Pop3Machine(actions, true, bounds(3, 100));
        assertEquals(Reply.UNKNOWN.in(ENGLISH), say("HELO"));
        assertEquals(Reply.OK.in(ENGLISH).substring(0, 3), say("CAPA").substring(0, 3));
        assertEquals(Reply.NOT_NOW.in(ENGLISH), say("STAT"));
        assertEquals(Optional.empty(), actions.end);
        assertEquals(Reply.MALFORMED.in(ENGLISH), say("QUIT now"));
        assertEquals(Optional.of(SessionEnd.LIMIT), actions.end);
    }

    @Test
    void messagesThatAreNotThereAreNoBadCommands() {
        machine = new Pop3Machine(actions, true, bounds(1, 100));
        login(1);
        for (int i = 0; i < 10; i++) {
            assertEquals(Reply.NO_SUCH_MESSAGE.in(ENGLISH), say("LIST 2"));
        }
        assertEquals(Optional.empty(), actions.end);
    }

    /** MDaemon read one before the first (CVE-2002-1539). */
    @Test
    void numbersThatAreNoMessageReachNone() {
        machine = new Pop3Machine(actions, true, bounds(1_000, 1_000));
        login(1);
        actions.takeAsked();
        for (String command :
                List.of("LIST %s", "UIDL %s", "RETR %s", "DELE %s", "TOP %s 0", "TOP %s 9")) {
            for (String number :
                    List.of(
                            "0",
                            "2",
                            "-1",
                            "-2147483648",
                            "2147483647",
                            "2147483648",
                            "4294967297",
                            "18446744073709551617")) {
                String said = command.replace("%s", number);
                String reply = say(said);
                boolean fits = List.of("0", "2", "2147483647").contains(number);
                Reply expected = fits ? Reply.NO_SUCH_MESSAGE : Reply.MALFORMED;
                assertEquals(expected.in(ENGLISH), reply, said);
                assertEquals("", actions.takeAsked(), said);
            }
        }
        assertEquals(Reply.MALFORMED.in(ENGLISH), say("TOP 1 -1"));
        assertEquals("", actions.takeAsked());
    }

    @Test
    void endsAfterTooManyCommands() {
        machine = new Pop3Machine(actions, true, bounds(100, 4));
        login(1);
        assertEquals(Reply.OK.in(ENGLISH), say("NOOP"));
        machine.bounds(bounds(100, 5));
        assertEquals(Reply.OK.in(ENGLISH), say("NOOP"));
        assertEquals(Reply.OK.in(ENGLISH), say("NOOP"));
        assertEquals(Optional.empty(), actions.end);
        assertEquals(Reply.TOO_MANY_COMMANDS.in(ENGLISH), say("NOOP"));
        assertEquals(Optional.of(SessionEnd.LIMIT), actions.end);
    }

    @Test
    void drainsStrangersAtOnce() {
        say("USER ann");
        machine.drain();
        assertEquals(Reply.GOING_DOWN.in(ENGLISH), actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.DRAINED), actions.end);
    }

    @Test
    void drainsLoginsWhenTheyAreDecided() {
        say("USER ann");
        say("PASS secret");
        machine.drain();
        assertEquals("", actions.takeReplies());
        machine.admitted();
        assertEquals(Reply.GOING_DOWN.in(ENGLISH), actions.takeReplies());
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
        assertEquals(Reply.GOING_DOWN.in(ENGLISH), actions.takeReplies());
        assertEquals(Optional.of(SessionEnd.DRAINED), actions.end);
    }

    @Test
    void drainsWhoIsLoggedInAtQuit() {
        login(2);
        machine.drain();
        assertEquals(Reply.MARKED.in(ENGLISH), say("DELE 1"));
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
        assertEquals(Reply.OK.in(ENGLISH), say("UIDL"));
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
            recorded.canEncrypt = random.nextInt(10) == 0;
            recorded.mechanisms = List.of(Mechanism.PLAIN, Mechanism.LOGIN);
            ByteBuffer input = ByteBuffer.wrap(RandomLines.make(random, 200));
            int lines = 0;
            int statuses = 0;
            while (input.hasRemaining() && recorded.end.isEmpty()) {
                int from = input.position();
                driven.input(input);
                if (recorded.asked.remove("encrypt")) {
                    assertFalse(input.hasRemaining(), "all that came ahead is thrown away");
                    lines++;
                } else if (input.get(input.position() - 1) == '\n') {
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
                                        .filter(r -> r.startsWith("+") || r.startsWith("-ERR"))
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
            if (asked.equals("abandon")) {
                continue;
            }
            if ((asked.startsWith("exchange") || asked.startsWith("respond"))
                    && random.nextInt(3) > 0) {
                if (good) {
                    machine.challenge(ByteBuffer.allocate(random.nextInt(50)));
                } else if (random.nextBoolean()) {
                    machine.refusal(ByteBuffer.allocate(random.nextInt(50)), random.nextBoolean());
                } else {
                    machine.malformed();
                }
                continue;
            }
            boolean login =
                    asked.startsWith("exchange")
                            || asked.startsWith("respond")
                            || asked.equals("authenticate");
            if (login && good) {
                machine.admitted();
            } else if (login) {
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
