package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.api.mailbox.MailboxException;

/** The whole catalogue, reply by reply. */
class ReplyTest {
    private static final List<String> STATUSES =
            List.of(
                    "-ERR [AUTH]",
                    "-ERR [IN-USE]",
                    "-ERR [SYS/TEMP]",
                    "-ERR [SYS/PERM]",
                    "-ERR",
                    "+OK");

    private static String status(String line) {
        return STATUSES.stream().filter(line::startsWith).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Reply.class)
    void isALineInEveryLanguageWithOneStatusInAll(Reply reply) {
        Set<String> texts = new HashSet<>();
        String status = status(reply.in(Language.DEFAULT));
        for (Language language : Language.values()) {
            String line = reply.in(language);
            assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7F), line);
            // RFC 2449 section 4: 512 octets with the line end.
            assertTrue(line.length() <= 510, line);
            assertEquals(status, status(line));
            String text = line.substring(status.length());
            assertFalse(text.contains("["), line);
            assertTrue(text.isEmpty() || text.startsWith(" "), line);
            texts.add(text);
        }
        assertTrue(texts.contains("") || texts.size() == Language.values().length, reply.name());
    }

    @Test
    void saysWrongPasswordOfNothingElse() {
        assertEquals(
                List.of(Reply.LOGIN_FAILED),
                Arrays.stream(Reply.values())
                        .filter(reply -> reply.in(Language.DEFAULT).contains("[AUTH]"))
                        .toList());
        assertTrue(Reply.ENCRYPTION_REQUIRED.in(Language.DEFAULT).startsWith("-ERR [SYS/PERM] "));
        assertTrue(Reply.USERS_SESSIONS.in(Language.DEFAULT).startsWith("-ERR [IN-USE] "));
    }

    // Before a login fetchmail takes anything else for a wrong password, and stops asking.
    @ParameterizedTest
    @EnumSource(Reply.class)
    void hasTheWordsThatClientsWithoutCodesLookFor(Reply reply) {
        String line = reply.in(Language.ENGLISH);
        if (line.contains("[IN-USE]")) {
            assertTrue(line.contains("lock"), line);
        } else if (line.contains("[SYS/TEMP]") && !line.contains("message")) {
            assertTrue(line.contains("wait"), line);
        } else {
            assertFalse(line.contains("lock") || line.contains("wait"), line);
        }
    }

    @ParameterizedTest
    @EnumSource(MailboxException.Kind.class)
    void everyFailureToOpenHasItsCode(MailboxException.Kind kind) {
        String code =
                switch (kind) {
                    case IN_USE -> "[IN-USE]";
                    case NOT_A_MAILBOX, NOT_PERMITTED, TOO_LARGE -> "[SYS/PERM]";
                    case CHANGED, MESSAGE_GONE, UNAVAILABLE -> "[SYS/TEMP]";
                };
        assertTrue(Reply.notOpened(kind).in(Language.DEFAULT).startsWith("-ERR " + code + " "));
    }

    @Test
    void languagesAreFoundByBasicRanges() {
        for (String range : List.of("de", "DE", "dE-AT", "de-Latn-CH-1996", "de-")) {
            assertEquals(
                    Language.GERMAN, Language.of(range.getBytes(US_ASCII)).orElseThrow(), range);
        }
        for (String range : List.of("en", "En-us", "*")) {
            assertEquals(
                    Language.ENGLISH, Language.of(range.getBytes(US_ASCII)).orElseThrow(), range);
        }
        for (String range : List.of("", "d", "deu", "fr", "-de", "**", "*-de", "d\0", "\u0000")) {
            assertTrue(Language.of(range.getBytes(US_ASCII)).isEmpty(), range);
        }
    }

    @Test
    void languagesDifferInAllTheirWords() {
        assertNotEquals(Language.ENGLISH.messages(2), Language.GERMAN.messages(2));
        assertNotEquals(Language.ENGLISH.octets(2), Language.GERMAN.octets(2));
        assertEquals("de Deutsch", Language.GERMAN.listed());
        assertEquals("+OK de die Sprache ist Deutsch", Language.GERMAN.chosen());
    }
}
