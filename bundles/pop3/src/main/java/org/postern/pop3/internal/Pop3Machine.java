package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.session.SessionEnd;

/**
 * POP3 (RFC 1939, 2449, 2595, 5034, 6856) as popa3d reads it: octets in, {@link Pop3Actions} out,
 * no threads, no clock, no I/O. Every complete line gets exactly one status line or challenge,
 * until the connection is closed. While an action is under way it takes no input, so what a client
 * sends ahead waits its turn: that is all there is to PIPELINING.
 */
final class Pop3Machine {
    private enum State {
        AUTHORIZATION,
        TRANSACTION,
        /** QUIT was read with a mailbox open. */
        UPDATE,
        CLOSED
    }

    private final Pop3Actions actions;
    private final boolean lastKnown;
    private final CommandLineParser lines = new CommandLineParser(this::mayBeLong);
    private final Authorization authorization;

    private State state = State.AUTHORIZATION;
    private boolean waiting;
    private boolean encrypting;
    private boolean draining;
    private SessionBounds bounds;
    private int commands;
    private int badCommands;
    private Language language = Language.DEFAULT;
    private Optional<Transaction> transaction = Optional.empty();
    // What comes behind the line that is being executed.
    private Optional<ByteBuffer> behind = Optional.empty();

    /**
     * @param lastKnown whether LAST, which RFC 1939 no longer has, is a command
     */
    Pop3Machine(Pop3Actions actions, boolean lastKnown, SessionBounds bounds) {
        this.actions = actions;
        this.lastKnown = lastKnown;
        this.bounds = bounds;
        authorization = new Authorization(this, actions);
    }

    /** Bounds for the rest of the session; what was counted stays counted. */
    void bounds(SessionBounds newBounds) {
        bounds = newBounds;
    }

    void greet() {
        answer(Reply.GREETING);
    }

    /** Whether {@link #input} may be called: nothing is under way, and this is not the end. */
    boolean listening() {
        return !waiting && state != State.CLOSED;
    }

    boolean closed() {
        return state == State.CLOSED;
    }

    /** Takes octets up to the end of one line, and executes it; or all there are. */
    void input(ByteBuffer octets) {
        if (!lines.next(octets)) {
            return;
        }
        behind = Optional.of(octets);
        try {
            execute(lines.line());
        } finally {
            behind = Optional.empty();
            lines.clear();
        }
        if (encrypting) {
            // Whoever can put octets on the wire may have put them there: they are not the client's
            // once the connection is encrypted (RFC 2595 section 4; CVE-2011-0411).
            encrypting = false;
            octets.position(octets.limit());
        }
    }

    // A token by which a client is let in has up to some thousand octets. RFC 5034 section 4 wants
    // one that is too long for a command behind a challenge; Jakarta Mail sends it with AUTH.
    private boolean mayBeLong(CommandLine begun) {
        return authorization.exchanging() || isAuth(begun);
    }

    private boolean isAuth(CommandLine line) {
        return transaction.isEmpty() && line.isKeyword("AUTH");
    }

    private void execute(CommandLine line) {
        if (++commands > bounds.maxCommands()) {
            refuse(Reply.TOO_MANY_COMMANDS, SessionEnd.LIMIT, "too many commands");
            return;
        }
        if (authorization.exchanging()) {
            authorization.response(line);
            return;
        }
        if (line.form() != CommandLine.Form.PLAIN) {
            unusable(line);
            return;
        }
        Optional<Verb> known = Verb.of(line).filter(verb -> verb != Verb.LAST || lastKnown);
        if (known.isEmpty()) {
            answer(Reply.UNKNOWN);
            return;
        }
        Verb verb = known.get();
        if (!verb.isPermitted(transaction.isPresent())) {
            answer(Reply.NOT_NOW);
            return;
        }
        switch (verb.arguments()) {
            case NONE -> {
                if (line.hasArgument()) {
                    answer(Reply.MALFORMED);
                } else {
                    plain(verb);
                }
            }
            case NUMBER -> numbered(verb, line.number(), 0, line);
            case OPTIONAL_NUMBER -> {
                if (line.hasArgument()) {
                    numbered(verb, line.number(), 0, line);
                } else {
                    transaction().listing(verb);
                }
            }
            case TWO_NUMBERS -> numbered(verb, line.number(), line.number(), line);
            case NAME -> authorization.user(line);
            case VERBATIM -> authorization.pass(line);
            case RESPONSE -> authorization.auth(line);
            case LANGUAGE -> language(line);
        }
    }

    private void unusable(CommandLine line) {
        if (line.form() == CommandLine.Form.WITH_NUL) {
            answer(Reply.UNKNOWN);
        } else if (isAuth(line)) {
            authorization.tooLong();
        } else {
            answer(Reply.TOO_LONG);
        }
    }

    private void plain(Verb verb) {
        switch (verb) {
            case CAPA -> capabilities();
            case QUIT -> quit();
            case STLS -> encrypt();
            case UTF8 -> answer(Reply.UTF8_TAKEN);
            default -> transaction().plain(verb);
        }
    }

    private void numbered(Verb verb, int number, int second, CommandLine line) {
        if (number < 0 || second < 0 || line.hasArgument()) {
            answer(Reply.MALFORMED);
        } else {
            transaction().numbered(verb, number, second);
        }
    }

    private void encrypt() {
        if (actions.canEncrypt()) {
            encrypting = true;
            authorization.forget();
            answer(Reply.ENCRYPTING);
            language = Language.DEFAULT;
            actions.encrypt();
        } else {
            answer(Reply.NO_ENCRYPTION);
        }
    }

    private void language(CommandLine line) {
        if (!line.hasArgument()) {
            answer(Reply.LANGUAGES);
            for (Language each : Language.values()) {
                actions.reply(each.listed());
            }
            actions.reply(Reply.END);
            return;
        }
        Optional<Language> chosen = Language.of(line.text());
        if (line.hasArgument()) {
            answer(Reply.MALFORMED);
        } else if (chosen.isEmpty()) {
            answer(Reply.NO_SUCH_LANGUAGE);
        } else {
            language = chosen.get();
            actions.reply(language.chosen());
        }
    }

    private void quit() {
        if (transaction.isEmpty()) {
            refuse(Reply.GOODBYE, SessionEnd.QUIT, "");
            return;
        }
        state = State.UPDATE;
        waiting = true;
        actions.update(transaction().marked());
    }

    private void capabilities() {
        answer(Reply.CAPABILITIES);
        Capabilities.of(actions, transaction.isPresent()).forEach(actions::reply);
        actions.reply(Reply.END);
    }

    /** Answers, and counts what was bad. */
    void answer(Reply reply) {
        actions.reply(reply.in(language));
        if (reply.isBad() && ++badCommands >= bounds.maxBadCommands()) {
            close(SessionEnd.LIMIT, "too many bad commands");
        }
    }

    /** What replies are given in. */
    Language language() {
        return language;
    }

    /** Something was begun, or is about to be: no input until it has a result. */
    void await() {
        waiting = true;
    }

    /**
     * Indexes of the messages that the client has asked for in lines behind this one, in order, at
     * most so many. While a line is executed; after that there are none.
     */
    List<Integer> askedAhead(int most) {
        if (behind.isEmpty()) {
            return List.of();
        }
        return AskedAhead.numbers(behind.get(), most).stream()
                .filter(transaction()::has)
                .map(Maildrop::index)
                .toList();
    }

    private Transaction transaction() {
        return transaction.orElseThrow();
    }

    /** The listing was sent to its final dot. */
    void listed() {
        waiting = false;
    }

    /** The password was right, and its owner is let in. */
    void admitted() {
        if (draining) {
            refuse(Reply.GOING_DOWN, SessionEnd.DRAINED, "");
        } else {
            actions.open();
        }
    }

    /** A mechanism asks for a response. */
    void challenge(ByteBuffer octets) {
        ask(octets, authorization::challenged);
    }

    /** A mechanism refuses, by a challenge; the rest as of {@link #loginFailed}. */
    void refusal(ByteBuffer octets, boolean close) {
        ask(octets, () -> authorization.refused(close));
    }

    private void ask(ByteBuffer octets, Runnable answerExpected) {
        waiting = false;
        if (draining) {
            refuse(Reply.GOING_DOWN, SessionEnd.DRAINED, "");
            return;
        }
        answerExpected.run();
        // RFC 5034 section 4: the space is there even if nothing follows it.
        actions.reply("+ " + ISO_8859_1.decode(Base64.getEncoder().encode(octets)));
    }

    /** What the client said is not of the mechanism's form; the exchange is over. */
    void malformed() {
        goOn(Reply.MALFORMED_RESPONSE);
    }

    /**
     * Name or password were wrong.
     *
     * @param close whether that was one time too many
     */
    void loginFailed(boolean close) {
        if (close) {
            waiting = false;
            refuse(Reply.LOGIN_FAILED, SessionEnd.LOGIN_FAILURES, "");
        } else {
            goOn(Reply.LOGIN_FAILED);
        }
    }

    /** Nobody could say. */
    void loginUnavailable() {
        goOn(Reply.LOGIN_UNAVAILABLE);
    }

    /** What was begun has ended before the login, with this. */
    void goOn(Reply reply) {
        waiting = false;
        answer(reply);
        if (draining) {
            close(SessionEnd.DRAINED, "");
        }
    }

    /** The password was right, and the limits policy lets its owner in no more. */
    void loginRefused(String reason) {
        refuse(Reply.USERS_SESSIONS, SessionEnd.LIMIT, reason);
    }

    /** The mailbox is open. */
    void opened(Maildrop opened) {
        if (draining) {
            refuse(Reply.GOING_DOWN, SessionEnd.DRAINED, "");
            return;
        }
        waiting = false;
        state = State.TRANSACTION;
        transaction = Optional.of(new Transaction(this, actions, opened));
        lines.shrink();
        answer(Reply.LOGGED_IN);
    }

    /** The mailbox cannot be opened. */
    void notOpened(MailboxException.Kind kind, String reason) {
        refuse(Reply.notOpened(kind), SessionEnd.MAILBOX_FAILED, reason);
    }

    private void refuse(Reply reply, SessionEnd end, String detail) {
        actions.reply(reply.in(language));
        close(end, detail);
    }

    /** The message was sent to its final dot. */
    void retrieved() {
        waiting = false;
        transaction().retrieved();
    }

    /** The message cannot be sent, and nothing of it was. */
    void notRetrieved() {
        waiting = false;
        answer(Reply.NOT_READABLE);
    }

    /** What was marked has been removed for good. */
    void updated() {
        refuse(Reply.GOODBYE, SessionEnd.QUIT, "");
    }

    /** Not everything that was marked could be removed. */
    void notUpdated(String reason) {
        refuse(Reply.NOT_REMOVED, SessionEnd.MAILBOX_FAILED, reason);
    }

    /** Something broke in a way that no reply can tell: ends without one. */
    void fail(SessionEnd end, String detail) {
        close(end, detail);
    }

    /** Ends as soon as the client loses nothing by it: before login at once, else at QUIT. */
    void drain() {
        draining = true;
        if (state == State.AUTHORIZATION && !waiting) {
            refuse(Reply.GOING_DOWN, SessionEnd.DRAINED, "");
        }
    }

    /** The connection is over: takes and does nothing more. */
    void ended() {
        state = State.CLOSED;
        lines.clear();
        lines.shrink();
    }

    /** Whether nothing is kept of any line; for tests. */
    boolean isWiped() {
        return lines.isWiped();
    }

    /** Octets of memory for lines; for tests. */
    int held() {
        return lines.held();
    }

    private void close(SessionEnd end, String detail) {
        if (state != State.CLOSED) {
            ended();
            actions.close(end, detail);
        }
    }
}
