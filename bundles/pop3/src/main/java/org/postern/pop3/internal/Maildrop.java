package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.postern.api.mailbox.MailboxSnapshot;

/**
 * POP3's view of a mailbox: numbers from 1, marks for removal that RSET takes away, and the number
 * that LAST gives. A message that is marked is no message for any command (RFC 1939 section 5).
 */
final class Maildrop {
    /** No message has this number. */
    static final int NO_MESSAGE = 0;

    private final MailboxSnapshot snapshot;
    private final BitSet marked = new BitSet();
    private long markedOctets;
    private int last;

    Maildrop(MailboxSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** Whether there is an unmarked message of this number. */
    boolean has(int number) {
        return number > 0 && number <= snapshot.count() && !marked.get(index(number));
    }

    /** A message's index in the snapshot. */
    static int index(int number) {
        return number - 1;
    }

    /** Unmarked messages. */
    int count() {
        return snapshot.count() - marked.cardinality();
    }

    /** Octets of the unmarked messages. */
    long octets() {
        return snapshot.totalOctets() - markedOctets;
    }

    /** A message's octets as sent, before dot-stuffing. */
    long octets(int number) {
        return snapshot.octets(index(number));
    }

    /** A message's unique-id. */
    String uniqueId(int number) {
        return snapshot.uniqueId(index(number)).value();
    }

    /** Puts a message's unique-id into a buffer with room for it. */
    void putUniqueId(int number, ByteBuffer target) {
        snapshot.putUniqueId(index(number), target);
    }

    /** The first unmarked message from this number on, or {@link #NO_MESSAGE}. */
    int nextListed(int number) {
        int index = marked.nextClearBit(index(number));
        return index < snapshot.count() ? index + 1 : NO_MESSAGE;
    }

    /** Marks a message that {@link #has} knows, to be removed at QUIT. */
    void mark(int number) {
        marked.set(index(number));
        markedOctets += octets(number);
        accessed(number);
    }

    /** A message was sent whole on request. */
    void accessed(int number) {
        last = Math.max(last, number);
    }

    /** Takes all marks away; LAST begins anew, as popa3d has it. */
    void reset() {
        marked.clear();
        markedOctets = 0;
        last = NO_MESSAGE;
    }

    /** The highest number retrieved or marked since the login or the last RSET; TOP not counted. */
    int last() {
        return last;
    }

    /** Indexes in the snapshot of what is to be removed. */
    BitSet marked() {
        return (BitSet) marked.clone();
    }
}
