package org.postern.pop3.internal;

import static org.postern.pop3.internal.Verb.Arguments.LANGUAGE;
import static org.postern.pop3.internal.Verb.Arguments.NAME;
import static org.postern.pop3.internal.Verb.Arguments.NONE;
import static org.postern.pop3.internal.Verb.Arguments.NUMBER;
import static org.postern.pop3.internal.Verb.Arguments.OPTIONAL_NUMBER;
import static org.postern.pop3.internal.Verb.Arguments.RESPONSE;
import static org.postern.pop3.internal.Verb.Arguments.TWO_NUMBERS;
import static org.postern.pop3.internal.Verb.Arguments.VERBATIM;

import java.util.Optional;

/** The commands: which state permits which, and what each wants behind its keyword. */
enum Verb {
    //   before login, after login, arguments
    CAPA(true, true, NONE),
    LANG(true, true, LANGUAGE),
    QUIT(true, true, NONE),

    STLS(true, false, NONE),
    UTF8(true, false, NONE),
    AUTH(true, false, RESPONSE),
    USER(true, false, NAME),
    PASS(true, false, VERBATIM),

    STAT(false, true, NONE),
    LIST(false, true, OPTIONAL_NUMBER),
    UIDL(false, true, OPTIONAL_NUMBER),
    RETR(false, true, NUMBER),
    TOP(false, true, TWO_NUMBERS),
    DELE(false, true, NUMBER),
    NOOP(false, true, NONE),
    RSET(false, true, NONE),
    LAST(false, true, NONE);

    /** What may follow a keyword; anything more is an error. */
    enum Arguments {
        NONE,
        NUMBER,
        OPTIONAL_NUMBER,
        TWO_NUMBERS,
        /** One argument of any octets but spaces. */
        NAME,
        /** The rest of the line as it is, at least one octet. */
        VERBATIM,
        /** None; or a mechanism's name, and then a response in base64 or none. */
        RESPONSE,
        /** None, or a language range. */
        LANGUAGE
    }

    private static final Verb[] ALL = values();

    private final boolean beforeLogin;
    private final boolean afterLogin;
    private final Arguments arguments;

    Verb(boolean beforeLogin, boolean afterLogin, Arguments arguments) {
        this.beforeLogin = beforeLogin;
        this.afterLogin = afterLogin;
        this.arguments = arguments;
    }

    boolean isPermitted(boolean loggedIn) {
        return loggedIn ? afterLogin : beforeLogin;
    }

    Arguments arguments() {
        return arguments;
    }

    /** The command whose keyword a line has. */
    static Optional<Verb> of(CommandLine line) {
        for (Verb verb : ALL) {
            if (line.isKeyword(verb.name())) {
                return Optional.of(verb);
            }
        }
        return Optional.empty();
    }
}
