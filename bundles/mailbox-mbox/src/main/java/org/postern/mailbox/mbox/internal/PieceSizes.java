package org.postern.mailbox.mbox.internal;

/**
 * How a part of a file is cut for threads that scan it side by side.
 *
 * @param piece octets
 * @param search octets in which a piece's first separator has to be: where messages are longer than
 *     this, looking for one costs more than it brings
 * @param messages of one piece; when there are so many, the rest of it is scanned where they are
 *     joined, so that a mailbox of the shortest messages takes no memory
 */
record PieceSizes(long piece, long search, int messages) {
    /** A millisecond's work; 16 of a {@link FilePass} hold 20 MB of messages at most. */
    static final PieceSizes STANDARD = new PieceSizes(4L << 20, 1L << 20, 2048);
}
