package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.text.StrictBase64;

/**
 * What a client says to log in: USER and PASS, or an exchange by AUTH (RFC 5034). One of them at a
 * time: AUTH forgets a USER. An exchange that breaks is over at once, and nothing of it is left;
 * what the client says next is a command. A part of {@link Pop3Machine}.
 */
final class Authorization {
    private static final String NOT_OFFERED =
            "a mechanism that is not offered: see mechanisms and backends of its listener";
    private static final String TOO_LONG = "a response was too long";

    private final Pop3Machine machine;
    private final Pop3Actions actions;
    private Optional<UserName> name = Optional.empty();
    private boolean exchanging;
    private boolean refused;
    private boolean last;

    Authorization(Pop3Machine machine, Pop3Actions actions) {
        this.machine = machine;
        this.actions = actions;
    }

    /** Whether the next line is a response to a challenge. */
    boolean exchanging() {
        return exchanging;
    }

    /** Nothing was said so far. */
    void forget() {
        name = Optional.empty();
        exchanging = false;
        refused = false;
    }

    void user(CommandLine line) {
        byte[] typed = line.text();
        if (typed.length == 0 || line.hasArgument()) {
            machine.answer(Reply.MALFORMED);
        } else if (!actions.passwordsAllowed()) {
            machine.answer(Reply.ENCRYPTION_REQUIRED);
        } else if (name.isPresent()) {
            machine.answer(Reply.NAME_GIVEN);
        } else {
            // RFC 1939 has 40 characters for an argument, but a name may be a mail address: up to
            // what a line holds, which is less than what a UserName does, and without a NUL.
            name = Optional.of(UserName.of(typed));
            machine.answer(Reply.NAME_TAKEN);
        }
    }

    void pass(CommandLine line) {
        if (!line.hasArgument()) {
            machine.answer(Reply.MALFORMED);
        } else if (!actions.passwordsAllowed()) {
            machine.answer(Reply.ENCRYPTION_REQUIRED);
        } else if (name.isEmpty()) {
            machine.answer(Reply.NAME_FIRST);
        } else {
            UserName typed = name.get();
            name = Optional.empty();
            machine.await();
            actions.authenticate(typed, new Secret(line.rest()));
        }
    }

    void auth(CommandLine line) {
        if (!actions.passwordsAllowed()) {
            machine.answer(Reply.ENCRYPTION_REQUIRED);
            return;
        }
        List<Mechanism> offered = actions.mechanisms();
        if (!line.hasArgument() && !offered.isEmpty()) {
            // RFC 1734's clients ask like this. So does Outlook, which leaves for good if that
            // costs it the connection.
            machine.answer(Reply.MECHANISMS);
            offered.forEach(mechanism -> actions.reply(mechanism.name()));
            actions.reply(Reply.END);
            return;
        }
        Optional<Mechanism> wanted = named(line.text(), offered);
        if (wanted.isEmpty()) {
            // Clients try what they know in turn: no bad command. What it is called stays unlogged,
            // as names do: people type passwords anywhere.
            abandon(NOT_OFFERED, Reply.NO_MECHANISM);
        } else if (line.hasArgument()) {
            ByteBuffer initial = line.rest();
            boolean none = initial.remaining() == 1 && initial.get(initial.position()) == '=';
            if (none) {
                initial.limit(initial.position());
            }
            decoded(initial).ifPresent(secret -> begin(wanted.get(), Optional.of(secret)));
        } else {
            begin(wanted.get(), Optional.empty());
        }
    }

    private static Optional<Mechanism> named(byte[] typed, List<Mechanism> offered) {
        return offered.stream().filter(mechanism -> isNamed(mechanism, typed)).findFirst();
    }

    private static boolean isNamed(Mechanism mechanism, byte[] typed) {
        String capitals = mechanism.name();
        boolean same = typed.length == capitals.length();
        for (int i = 0; same && i < typed.length; i++) {
            int folded = typed[i] >= 'a' && typed[i] <= 'z' ? typed[i] - ('a' - 'A') : typed[i];
            same = folded == capitals.charAt(i);
        }
        return same;
    }

    private void begin(Mechanism mechanism, Optional<Secret> initial) {
        name = Optional.empty();
        machine.await();
        if (!actions.exchange(mechanism, initial)) {
            actions.abandonExchange(NOT_OFFERED);
            machine.goOn(Reply.NO_MECHANISM);
        }
    }

    /** AUTH with more behind it than a response may have. */
    void tooLong() {
        abandon(TOO_LONG, Reply.TOO_LONG);
    }

    /** A response, or what takes its place. */
    void response(CommandLine line) {
        exchanging = false;
        if (refused) {
            // It has failed already: a dummy (RFC 7628 section 3.2.3), "*" and noise are the same.
            refused = false;
            machine.loginFailed(last);
        } else if (line.form() == CommandLine.Form.TOO_LONG) {
            abandon(TOO_LONG, Reply.TOO_LONG);
        } else if (line.form() == CommandLine.Form.WITH_NUL) {
            abandon("a response was not base64", Reply.MALFORMED_RESPONSE);
        } else if (line.isCancellation()) {
            abandon("the client cancelled it", Reply.CANCELLED);
        } else {
            decoded(line.whole())
                    .ifPresent(
                            secret -> {
                                machine.await();
                                actions.respond(secret);
                            });
        }
    }

    // In the line's own memory, which is wiped after it.
    private Optional<Secret> decoded(ByteBuffer text) {
        if (!StrictBase64.decode(text)) {
            abandon("a response was not base64", Reply.MALFORMED_RESPONSE);
            return Optional.empty();
        }
        if (text.remaining() > SaslLogin.MAX_RESPONSE) {
            abandon(TOO_LONG, Reply.TOO_LONG);
            return Optional.empty();
        }
        return Optional.of(new Secret(text));
    }

    private void abandon(String reason, Reply reply) {
        actions.abandonExchange(reason);
        machine.answer(reply);
    }

    /** The client is to answer a challenge. */
    void challenged() {
        exchanging = true;
    }

    /** The client is to answer a challenge by which it was refused; with what is no matter. */
    void refused(boolean close) {
        exchanging = true;
        refused = true;
        last = close;
    }
}
