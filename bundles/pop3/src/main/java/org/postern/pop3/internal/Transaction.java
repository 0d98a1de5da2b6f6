package org.postern.pop3.internal;

import static org.postern.api.mailbox.MessageEncoder.ALL_LINES;

import java.util.BitSet;

/** What a client says of its open mailbox. A part of {@link Pop3Machine}. */
final class Transaction {
    private final Pop3Machine machine;
    private final Pop3Actions actions;
    private final Maildrop maildrop;
    private int retrieving;
    private boolean retrievingWhole;

    Transaction(Pop3Machine machine, Pop3Actions actions, Maildrop maildrop) {
        this.machine = machine;
        this.actions = actions;
        this.maildrop = maildrop;
    }

    /** A command without arguments. */
    void plain(Verb verb) {
        switch (verb) {
            case NOOP -> machine.answer(Reply.OK);
            case STAT -> actions.reply("+OK " + maildrop.count() + " " + octets(maildrop.octets()));
            case RSET -> {
                maildrop.reset();
                machine.answer(Reply.OK);
            }
            case LAST -> actions.reply("+OK " + maildrop.last());
            default -> throw new IllegalStateException("no command of this shape: " + verb);
        }
    }

    /** A command about one message; TOP's count of lines is the second number. */
    void numbered(Verb verb, int number, int second) {
        if (!maildrop.has(number)) {
            machine.answer(Reply.NO_SUCH_MESSAGE);
            return;
        }
        switch (verb) {
            case LIST -> actions.reply("+OK " + number + " " + maildrop.octets(number));
            case UIDL -> actions.reply("+OK " + number + " " + maildrop.uniqueId(number));
            case DELE -> {
                maildrop.mark(number);
                machine.answer(Reply.MARKED);
            }
            case RETR -> retrieve(number, ALL_LINES);
            case TOP -> retrieve(number, second);
            default -> throw new IllegalStateException("no command of this shape: " + verb);
        }
    }

    /** A command about all messages. */
    void listing(Verb verb) {
        machine.await();
        if (verb == Verb.LIST) {
            String messages = machine.language().messages(maildrop.count());
            actions.reply("+OK " + messages + " (" + octets(maildrop.octets()) + ")");
            actions.list(new Listing(maildrop, Listing.Column.OCTETS));
        } else {
            machine.answer(Reply.OK);
            actions.list(new Listing(maildrop, Listing.Column.UNIQUE_ID));
        }
    }

    private void retrieve(int number, long bodyLines) {
        machine.await();
        retrieving = number;
        retrievingWhole = bodyLines == ALL_LINES;
        String status = Reply.OK.in(machine.language());
        if (retrievingWhole) {
            status += " " + octets(maildrop.octets(number));
        }
        actions.retrieve(Maildrop.index(number), bodyLines, status);
    }

    /** The message was sent to its final dot. */
    void retrieved() {
        if (retrievingWhole) {
            maildrop.accessed(retrieving);
        }
    }

    /** Whether there is such a message, and it is not marked. */
    boolean has(int number) {
        return maildrop.has(number);
    }

    /** Indexes of the messages to be removed. */
    BitSet marked() {
        return maildrop.marked();
    }

    private String octets(long count) {
        return machine.language().octets(count);
    }
}
