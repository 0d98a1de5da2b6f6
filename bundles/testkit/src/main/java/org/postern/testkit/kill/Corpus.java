package org.postern.testkit.kill;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * The messages of one mailbox, made from a seed alone, so that nobody has to keep them. Each octet
 * says which message and which line it is of, so that one that was moved to a wrong place shows.
 */
public final class Corpus {
    /** Messages beyond the last one that an agent may deliver. */
    static final int LATE = 4;

    private static final byte[] LINE =
            "........ ........ the quick brown fox jumps over the lazy dog, again\n"
                    .getBytes(US_ASCII);
    private static final int NUMBER_AT = "Subject: ".length();
    private static final int NUMBER_DIGITS = 8;
    private static final int RADIX = 16;
    private static final int SHORTEST = 200;
    private static final int LATE_LONGEST = 20_000;

    private final long seed;
    private final int[] sizes;

    private Corpus(long seed, int[] sizes) {
        this.seed = seed;
        this.sizes = sizes;
    }

    /**
     * A mailbox.
     *
     * @param messages how many
     * @param octets about as many in all
     */
    public static Corpus of(long seed, int messages, long octets) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] weights = new double[messages];
        double sum = 0;
        for (int i = 0; i < messages; i++) {
            weights[i] = -Math.log(1 - random.nextDouble());
            sum += weights[i];
        }
        int[] sizes = new int[messages + LATE];
        for (int i = 0; i < messages; i++) {
            sizes[i] = SHORTEST + (int) (weights[i] / sum * (double) octets);
        }
        for (int i = messages; i < sizes.length; i++) {
            sizes[i] = SHORTEST + random.nextInt(LATE_LONGEST);
        }
        return new Corpus(seed, sizes);
    }

    /** Messages that are there from the beginning; those that are delivered follow. */
    public int count() {
        return sizes.length - LATE;
    }

    /** A message: header, empty line, body; a line end is its last octet. */
    public byte[] message(int number) {
        byte[] message = new byte[sizes[number]];
        byte[] header =
                String.format(
                                "Subject: %08x\nMessage-ID: <%016x.%08x@example.org>\n\n",
                                number, seed, number)
                        .getBytes(US_ASCII);
        System.arraycopy(header, 0, message, 0, header.length);
        byte[] line = LINE.clone();
        hex(line, 0, number);
        int count = 0;
        for (int at = header.length; at < message.length; at += line.length) {
            hex(line, NUMBER_DIGITS + 1, count++);
            System.arraycopy(line, 0, message, at, Math.min(line.length, message.length - at));
        }
        message[message.length - 1] = '\n';
        return message;
    }

    /** Which message this claims to be. */
    static int number(ByteBuffer message) {
        if (message.remaining() < SHORTEST) {
            throw new AssertionError("a message of " + message.remaining() + " octets");
        }
        byte[] number = new byte[NUMBER_DIGITS];
        message.get(message.position() + NUMBER_AT, number);
        String digits = new String(number, US_ASCII);
        try {
            return Integer.parseInt(digits, RADIX);
        } catch (NumberFormatException foreign) {
            throw new AssertionError("a message that begins in the middle", foreign);
        }
    }

    /** Some of the messages from the beginning: few, many, all, or those of one end. */
    BitSet someOf(SplittableRandom random) {
        BitSet chosen = new BitSet();
        int from = 0;
        int to = count();
        double share = random.nextDouble();
        switch (random.nextInt(8)) {
            case 0 -> share = 1;
            case 1 -> from = random.nextInt(count());
            case 2 -> to = 1 + random.nextInt(count());
            default -> {}
        }
        for (int i = from; i < to; i++) {
            chosen.set(i, random.nextDouble() < share);
        }
        chosen.set(from + random.nextInt(to - from));
        return chosen;
    }

    private static void hex(byte[] line, int at, int value) {
        for (int i = 0; i < NUMBER_DIGITS; i++) {
            int digit = value >>> (4 * (NUMBER_DIGITS - 1 - i)) & (RADIX - 1);
            line[at + i] = (byte) Character.forDigit(digit, RADIX);
        }
    }
}
