package org.postern.testkit.kill;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * What is left of a mailbox.
 *
 * @param deleted how many of the messages that were to be deleted are still there
 */
record Remains(int deleted) {

    /**
     * Compares what is there with what has to be: every message that was not to be deleted, as it
     * was, in order, and those that were delivered; none twice, and nothing else.
     *
     * @param delivered how many an agent has delivered
     */
    static Remains of(List<ByteBuffer> messages, Corpus corpus, BitSet deletable, int delivered) {
        int next = 0;
        int deleted = 0;
        for (ByteBuffer message : messages) {
            int number = Corpus.number(message);
            next = skip(next, number, deletable);
            if (next != number || number >= corpus.count() + delivered) {
                throw new AssertionError("message " + number + " where " + next + " should be");
            }
            if (!ByteBuffer.wrap(corpus.message(number)).equals(message)) {
                throw new AssertionError("message " + number + " is not what it was");
            }
            if (deletable.get(number)) {
                deleted++;
            }
            next++;
        }
        int end = corpus.count() + delivered;
        if (skip(next, end, deletable) != end) {
            throw new AssertionError("message " + next + " is lost, and what comes after it");
        }
        return new Remains(deleted);
    }

    private static int skip(int from, int to, BitSet deletable) {
        int next = from;
        while (next < to && deletable.get(next)) {
            next++;
        }
        return next;
    }
}
