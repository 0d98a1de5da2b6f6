package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Which messages a client has asked for ahead: the numbers of RETR and TOP in the complete lines
 * that wait in its input. Only a hint of what is to be opened, which each line is not executed for:
 * other lines are passed over, and those that turn out to be refused cost an opening. Looks at so
 * many octets alone, whatever a client sends in one go.
 */
final class AskedAhead {
    /** Some fifty commands; a client has no use for more than a few opened messages at once. */
    private static final int MOST_OCTETS = 512;

    private AskedAhead() {}

    /**
     * The numbers, in order, at most so many.
     *
     * @param input from its position on; left as it is
     */
    static List<Integer> numbers(ByteBuffer input, int most) {
        List<Integer> numbers = new ArrayList<>(most);
        int end = Math.min(input.limit(), input.position() + MOST_OCTETS);
        int from = input.position();
        for (int at = from; at < end && numbers.size() < most; at++) {
            if (input.get(at) == '\n') {
                add(input.slice(from, at - from), numbers);
                from = at + 1;
            }
        }
        return numbers;
    }

    private static void add(ByteBuffer octets, List<Integer> numbers) {
        int length = octets.limit();
        if (length > 0 && octets.get(length - 1) == '\r') {
            length--;
        }
        CommandLine line = new CommandLine(octets);
        line.reset(octets, length, CommandLine.Form.PLAIN);
        if (line.isKeyword(Verb.RETR.name()) || line.isKeyword(Verb.TOP.name())) {
            int number = line.number();
            if (number > 0) {
                numbers.add(number);
            }
        }
    }
}
