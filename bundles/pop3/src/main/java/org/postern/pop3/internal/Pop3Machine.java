package org.postern.pop3.internal;

import static org.postern.api.mailbox.MessageEncoder.ALL_LINES;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.session.SessionEnd;

/**
 * POP3 (RFC 1939, 2449, 3206) as popa3d reads it: octets in, {@link Pop3Actions} out, no threads,
 * no clock, no I/O. Every complete line gets exactly one status line, until the connection is
 * closed. While an action is under way it takes no input, so what a client sends ahead waits its
 * turn: that is all there is to PIPELINING.
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
    private final CommandLineParser lines = new CommandLineParser();

    private State state = State.AUTHORIZATION;
    private boolean waiting;
    private boolean encrypting;
    private boolean draining;
    private SessionBounds bounds;
    private int commands;
    private int badCommands;
    private Optional<UserName> name = Optional.empty();
    private Optional<Maildrop> maildrop = Optional.empty();
    private int retrieving;
    private boolean retrievingWhole;

    /**
     * @param lastKnown whether LAST, which RFC 1939 no longer has, is a command
     */
    Pop3Machine(Pop3Actions actions, boolean lastKnown, SessionBounds bounds) {
        this.actions = actions;
        this.lastKnown = lastKnown;
        this.bounds = bounds;
    }

    /** Bounds for the rest of the session; what was counted stays counted. */
    void bounds(SessionBounds newBounds) {
        bounds = newBounds;
    }

    void greet() {
        actions.reply(Replies.GREETING);
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
        try {
            execute(lines.line());
        } finally {
            lines.clear();
        }
        if (encrypting) {
            // Whoever can put octets on the wire may have put them there: they are not the client's
            // once the connection is encrypted (RFC 2595 section 4; CVE-2011-0411).
            encrypting = false;
            octets.position(octets.limit());
        }
    }

    private void execute(CommandLine line) {
        if (++commands > bounds.maxCommands()) {
            actions.reply(Replies.TOO_MANY_COMMANDS);
            close(SessionEnd.LIMIT, "too many commands");
            return;
        }
        if (line.form() != CommandLine.Form.PLAIN) {
            bad(line.form() == CommandLine.Form.TOO_LONG ? Replies.TOO_LONG : Replies.UNKNOWN);
            return;
        }
        Optional<Verb> known = Verb.of(line).filter(verb -> verb != Verb.LAST || lastKnown);
        if (known.isEmpty()) {
            bad(Replies.UNKNOWN);
            return;
        }
        Verb verb = known.get();
        if (!verb.isPermitted(maildrop.isPresent())) {
            bad(Replies.NOT_NOW);
            return;
        }
        switch (verb.arguments()) {
            case NONE -> {
                if (line.hasArgument()) {
                    bad(Replies.MALFORMED);
                } else {
                    plain(verb);
                }
            }
            case NUMBER -> numbered(verb, line.number(), 0, line);
            case OPTIONAL_NUMBER -> {
                if (line.hasArgument()) {
                    numbered(verb, line.number(), 0, line);
                } else {
                    listing(verb);
                }
            }
            case TWO_NUMBERS -> numbered(verb, line.number(), line.number(), line);
            case NAME -> user(line);
            case VERBATIM -> pass(line);
            case ANYTHING -> actions.reply(Replies.NO_MECHANISM);
        }
    }

    private void plain(Verb verb) {
        switch (verb) {
            case CAPA -> capabilities();
            case QUIT -> quit();
            case STLS -> encrypt();
            case NOOP -> actions.reply(Replies.OK);
            case STAT -> actions.reply("+OK " + mail().count() + " " + mail().octets() + " octets");
            case RSET -> {
                mail().reset();
                actions.reply(Replies.OK);
            }
            case LAST -> actions.reply("+OK " + mail().last());
            default -> throw new IllegalStateException("no command of this shape: " + verb);
        }
    }

    private void numbered(Verb verb, int number, int second, CommandLine line) {
        if (number < 0 || second < 0 || line.hasArgument()) {
            bad(Replies.MALFORMED);
            return;
        }
        if (!mail().has(number)) {
            actions.reply(Replies.NO_SUCH_MESSAGE);
            return;
        }
        switch (verb) {
            case LIST -> actions.reply("+OK " + number + " " + mail().octets(number));
            case UIDL -> actions.reply("+OK " + number + " " + mail().uniqueId(number));
            case DELE -> {
                mail().mark(number);
                actions.reply(Replies.MARKED);
            }
            case RETR -> retrieve(number, ALL_LINES);
            case TOP -> retrieve(number, second);
            default -> throw new IllegalStateException("no command of this shape: " + verb);
        }
    }

    private void listing(Verb verb) {
        waiting = true;
        if (verb == Verb.LIST) {
            actions.reply("+OK " + mail().count() + " messages (" + mail().octets() + " octets)");
            actions.list(new Listing(mail(), Listing.Column.OCTETS));
        } else {
            actions.reply(Replies.OK);
            actions.list(new Listing(mail(), Listing.Column.UNIQUE_ID));
        }
    }

    private void retrieve(int number, long bodyLines) {
        waiting = true;
        retrieving = number;
        retrievingWhole = bodyLines == ALL_LINES;
        actions.retrieve(Maildrop.index(number), bodyLines);
    }

    private void encrypt() {
        if (actions.canEncrypt()) {
            encrypting = true;
            name = Optional.empty();
            actions.reply(Replies.ENCRYPTING);
            actions.encrypt();
        } else {
            actions.reply(Replies.NO_ENCRYPTION);
        }
    }

    private void user(CommandLine line) {
        byte[] typed = line.text();
        if (typed.length == 0 || line.hasArgument()) {
            bad(Replies.MALFORMED);
        } else if (!actions.passwordsAllowed()) {
            actions.reply(Replies.ENCRYPTION_REQUIRED);
        } else if (name.isPresent()) {
            bad(Replies.NAME_GIVEN);
        } else {
            // RFC 1939 has 40 characters for an argument, but a name may be a mail address: up to
            // what a line holds, which is less than what a UserName does, and without a NUL.
            name = Optional.of(UserName.of(typed));
            actions.reply(Replies.NAME_TAKEN);
        }
    }

    private void pass(CommandLine line) {
        if (!line.hasArgument()) {
            bad(Replies.MALFORMED);
        } else if (!actions.passwordsAllowed()) {
            actions.reply(Replies.ENCRYPTION_REQUIRED);
        } else if (name.isEmpty()) {
            bad(Replies.NAME_FIRST);
        } else {
            waiting = true;
            UserName typed = name.get();
            name = Optional.empty();
            actions.authenticate(typed, new Secret(line.rest()));
        }
    }

    private void quit() {
        if (maildrop.isEmpty()) {
            actions.reply(Replies.GOODBYE);
            close(SessionEnd.QUIT, "");
            return;
        }
        state = State.UPDATE;
        waiting = true;
        actions.update(mail().marked());
    }

    private void capabilities() {
        actions.reply("+OK capabilities follow");
        actions.reply("TOP");
        actions.reply("UIDL");
        if (maildrop.isEmpty() && actions.canEncrypt()) {
            actions.reply("STLS");
        }
        if (actions.passwordsAllowed()) {
            actions.reply("USER");
        }
        actions.reply("RESP-CODES");
        actions.reply("AUTH-RESP-CODE");
        actions.reply("PIPELINING");
        actions.reply("EXPIRE NEVER");
        if (maildrop.isPresent()) {
            // To strangers it says nothing about itself.
            actions.reply("IMPLEMENTATION Postern");
        }
        actions.reply(Replies.END);
    }

    private void bad(String reply) {
        actions.reply(reply);
        if (++badCommands >= bounds.maxBadCommands()) {
            close(SessionEnd.LIMIT, "too many bad commands");
        }
    }

    private Maildrop mail() {
        return maildrop.orElseThrow();
    }

    /** The listing was sent to its final dot. */
    void listed() {
        waiting = false;
    }

    /** The password was right, and its owner is let in. */
    void admitted() {
        if (draining) {
            refuse(Replies.GOING_DOWN, SessionEnd.DRAINED, "");
        } else {
            actions.open();
        }
    }

    /**
     * Name or password were wrong.
     *
     * @param close whether that was one time too many
     */
    void loginFailed(boolean close) {
        waiting = false;
        actions.reply(Replies.LOGIN_FAILED);
        if (close) {
            close(SessionEnd.LOGIN_FAILURES, "");
        } else if (draining) {
            close(SessionEnd.DRAINED, "");
        }
    }

    /** Nobody could say. */
    void loginUnavailable() {
        waiting = false;
        actions.reply(Replies.LOGIN_UNAVAILABLE);
        if (draining) {
            close(SessionEnd.DRAINED, "");
        }
    }

    /** The password was right, and the limits policy lets its owner in no more. */
    void loginRefused(String reason) {
        refuse(Replies.TOO_MANY_SESSIONS, SessionEnd.LIMIT, reason);
    }

    /** The mailbox is open. */
    void opened(Maildrop opened) {
        if (draining) {
            refuse(Replies.GOING_DOWN, SessionEnd.DRAINED, "");
            return;
        }
        waiting = false;
        state = State.TRANSACTION;
        maildrop = Optional.of(opened);
        actions.reply(Replies.LOGGED_IN);
    }

    /** The mailbox cannot be opened. */
    void notOpened(MailboxException.Kind kind, String reason) {
        refuse(Replies.notOpened(kind), SessionEnd.MAILBOX_FAILED, reason);
    }

    private void refuse(String reply, SessionEnd end, String detail) {
        actions.reply(reply);
        close(end, detail);
    }

    /** The message was sent to its final dot. */
    void retrieved() {
        waiting = false;
        if (retrievingWhole) {
            mail().accessed(retrieving);
        }
    }

    /** The message cannot be sent, and nothing of it was. */
    void notRetrieved() {
        waiting = false;
        actions.reply(Replies.NOT_READABLE);
    }

    /** What was marked has been removed for good. */
    void updated() {
        refuse(Replies.GOODBYE, SessionEnd.QUIT, "");
    }

    /** Not everything that was marked could be removed. */
    void notUpdated(String reason) {
        refuse(Replies.NOT_REMOVED, SessionEnd.MAILBOX_FAILED, reason);
    }

    /** Something broke in a way that no reply can tell: ends without one. */
    void fail(SessionEnd end, String detail) {
        close(end, detail);
    }

    /** Ends as soon as the client loses nothing by it: before login at once, else at QUIT. */
    void drain() {
        draining = true;
        if (state == State.AUTHORIZATION && !waiting) {
            refuse(Replies.GOING_DOWN, SessionEnd.DRAINED, "");
        }
    }

    /** The connection is over: takes and does nothing more. */
    void ended() {
        state = State.CLOSED;
        lines.clear();
    }

    /** Whether nothing is kept of any line; for tests. */
    boolean isWiped() {
        return lines.isWiped();
    }

    private void close(SessionEnd end, String detail) {
        if (state != State.CLOSED) {
            ended();
            actions.close(end, detail);
        }
    }
}
