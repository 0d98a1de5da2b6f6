package org.postern.pop3.internal;

import org.postern.api.mailbox.MailboxException;

/**
 * What a client reads, in each {@link Language}. Codes are those of RFC 2449 section 8 and RFC
 * 3206, the same in all languages: clients decide by them whether to ask the user for another
 * password, so {@code [AUTH]} means a wrong one and nothing else does. fetchmail and its kin know
 * codes badly and look for words: "lock" behind IN-USE, "wait" behind SYS/TEMP, or they take it for
 * a wrong password and stop asking. Nothing that was typed is repeated.
 */
enum Reply {
    OK(Kind.OK, "", ""),
    GREETING(Kind.OK, "Postern ready", "Postern ist bereit"),
    CAPABILITIES(Kind.OK, "capabilities follow", "das kann dieser Server"),
    LANGUAGES(Kind.OK, "languages follow", "diese Sprachen gibt es"),
    MECHANISMS(Kind.OK, "mechanisms follow", "diese Mechanismen gibt es"),
    ENCRYPTING(Kind.OK, "begin TLS now", "TLS kann beginnen"),
    UTF8_TAKEN(Kind.OK, "UTF-8 it is", "UTF-8 ist recht"),
    NAME_TAKEN(Kind.OK, "send PASS", "jetzt PASS"),
    LOGGED_IN(Kind.OK, "mailbox open", "das Postfach ist offen"),
    MARKED(Kind.OK, "marked to be removed", "zum Entfernen vorgemerkt"),
    GOODBYE(Kind.OK, "bye", "bis bald"),

    UNKNOWN(Kind.BAD, "unknown command", "unbekannter Befehl"),
    TOO_LONG(Kind.BAD, "line too long", "die Zeile ist zu lang"),
    NOT_NOW(Kind.BAD, "not in this state", "nicht in diesem Zustand"),
    MALFORMED(Kind.BAD, "bad arguments", "falsche Argumente"),
    MALFORMED_RESPONSE(Kind.BAD, "malformed, start again", "fehlerhaft, bitte von vorn"),
    NAME_FIRST(Kind.BAD, "send USER first", "zuerst USER"),
    NAME_GIVEN(Kind.BAD, "USER was sent already", "USER war schon da"),

    CANCELLED(Kind.ERROR, "cancelled", "abgebrochen"),
    NO_SUCH_MESSAGE(Kind.ERROR, "no such message", "keine solche Nachricht"),
    NO_SUCH_LANGUAGE(Kind.ERROR, "no such language", "diese Sprache gibt es nicht"),
    NO_MECHANISM(Kind.ERROR, "no such SASL mechanism", "kein solcher SASL-Mechanismus"),
    NO_ENCRYPTION(Kind.ERROR, "no TLS to begin here", "hier beginnt kein TLS"),
    TOO_MANY_COMMANDS(Kind.ERROR, "too many commands", "zu viele Befehle"),

    // Not [AUTH]: no other password would help, only another setting of the client or the server.
    ENCRYPTION_REQUIRED(
            Kind.PERMANENT,
            "encryption is required before a login",
            "erst TLS, dann die Anmeldung"),

    // One text for an unknown name and a wrong password, by PASS and by any mechanism.
    LOGIN_FAILED(Kind.AUTHENTICATION, "wrong name or password", "Name oder Passwort ist falsch"),
    LOGIN_UNAVAILABLE(
            Kind.TEMPORARY,
            "login service unavailable, wait and try again",
            "keine Anmeldung zurzeit, bitte warten"),
    TOO_MANY_SESSIONS(
            Kind.TEMPORARY,
            "too many sessions, wait and try again",
            "zu viele Sitzungen, bitte warten"),
    USERS_SESSIONS(
            Kind.IN_USE,
            "your other sessions lock the mailbox, try later",
            "andere Sitzungen belegen das Postfach"),
    GOING_DOWN(
            Kind.TEMPORARY,
            "the server is going down, wait and try again",
            "der Server wird beendet, bitte warten"),
    NOT_CONFIGURED(
            Kind.TEMPORARY,
            "the server is not ready, wait and try again",
            "der Server ist nicht bereit, bitte warten"),

    MAILBOX_LOCKED(
            Kind.IN_USE,
            "the mailbox is locked by another program",
            "ein anderes Programm sperrt das Postfach"),
    MAILBOX_UNUSABLE(
            Kind.PERMANENT, "the mailbox cannot be used", "das Postfach ist nicht zu gebrauchen"),
    MAILBOX_TOO_LARGE(
            Kind.PERMANENT, "the mailbox is too large", "das Postfach ist zu umfangreich"),
    MAILBOX_UNAVAILABLE(
            Kind.TEMPORARY,
            "mailbox service unavailable, wait and try again",
            "kein Zugriff auf das Postfach zurzeit, bitte warten"),
    NOT_READABLE(
            Kind.TEMPORARY,
            "the message cannot be read now",
            "die Nachricht ist zurzeit nicht lesbar"),
    NOT_REMOVED(Kind.TEMPORARY, "not all messages removed", "nicht alle Nachrichten sind entfernt");

    /** Ends what has more than one line. */
    static final String END = ".";

    private enum Kind {
        OK("+OK"),
        ERROR("-ERR"),
        /** A client that does not know what it says: so much of that, and the session ends. */
        BAD("-ERR"),
        AUTHENTICATION("-ERR [AUTH]"),
        IN_USE("-ERR [IN-USE]"),
        TEMPORARY("-ERR [SYS/TEMP]"),
        PERMANENT("-ERR [SYS/PERM]");

        private final String status;

        Kind(String status) {
            this.status = status;
        }
    }

    private final Kind kind;
    private final String english;
    private final String german;

    Reply(Kind kind, String english, String german) {
        this.kind = kind;
        this.english = line(kind, english);
        this.german = line(kind, german);
    }

    private static String line(Kind kind, String text) {
        return text.isEmpty() ? kind.status : kind.status + " " + text;
    }

    /** The line, without its end. */
    String in(Language language) {
        return switch (language) {
            case ENGLISH -> english;
            case GERMAN -> german;
        };
    }

    /** Whether what it answers was no command, or a malformed one. */
    boolean isBad() {
        return kind == Kind.BAD;
    }

    /** Why a mailbox did not open. */
    static Reply notOpened(MailboxException.Kind kind) {
        return switch (kind) {
            case IN_USE -> MAILBOX_LOCKED;
            case NOT_A_MAILBOX, NOT_PERMITTED -> MAILBOX_UNUSABLE;
            case TOO_LARGE -> MAILBOX_TOO_LARGE;
            case CHANGED, MESSAGE_GONE, UNAVAILABLE -> MAILBOX_UNAVAILABLE;
        };
    }
}
