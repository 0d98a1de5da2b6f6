package org.postern.pop3.internal;

import java.util.Optional;

/**
 * What replies can be read in (RFC 6856 section 3). Their texts are ASCII, which is UTF-8 too, so
 * they are the same for clients that have asked for UTF-8 and for those that have not.
 */
enum Language {
    ENGLISH("en", "English", "the language is English", "messages", "octets"),
    GERMAN("de", "Deutsch", "die Sprache ist Deutsch", "Nachrichten", "Oktette");

    /** Before a client has chosen, and where it leaves the choice to us. */
    static final Language DEFAULT = ENGLISH;

    private static final Language[] ALL = values();

    private final String tag;
    private final String itself;
    private final String chosen;
    private final String messages;
    private final String octets;

    Language(String tag, String itself, String chosen, String messages, String octets) {
        this.tag = tag;
        this.itself = itself;
        this.chosen = chosen;
        this.messages = messages;
        this.octets = octets;
    }

    /**
     * The one that a basic language range asks for, by RFC 4647's look-up: a range is cut from its
     * end, subtag by subtag, until there is such a language, so that {@code de-AT} is German.
     *
     * @param range as typed; {@code *} is {@link #DEFAULT}
     */
    static Optional<Language> of(byte[] range) {
        if (range.length == 1 && range[0] == '*') {
            return Optional.of(DEFAULT);
        }
        for (Language language : ALL) {
            if (language.answers(range)) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }

    private boolean answers(byte[] range) {
        int length = tag.length();
        if (range.length < length || (range.length > length && range[length] != '-')) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(range[i]) != tag.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
    }

    /** Its line in the list of languages: the tag, and what it calls itself. */
    String listed() {
        return tag + " " + itself;
    }

    /** The answer to who has chosen it; the tag has its place there. */
    String chosen() {
        return "+OK " + tag + " " + chosen;
    }

    /** A number of messages. */
    String messages(int count) {
        return count + " " + messages;
    }

    /** A number of octets. */
    String octets(long count) {
        return count + " " + octets;
    }
}
