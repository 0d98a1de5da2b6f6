package org.postern.pop3.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.postern.api.text.StrictBase64;

/**
 * Whatever the octets and the pieces they come in: one line for each LF, the same lines, none
 * longer than the bound, no exception. Fuzzes with JAZZER_FUZZ=1, else replays the corpus.
 */
class CommandLineParserFuzzTest {

    /**
     * The first octet of an input is the size of the pieces, less one; the rest is what a client
     * says.
     */
    @FuzzTest(maxDuration = "60s")
    @Timeout(180)
    void linesDoNotDependOnPieces(byte[] data) {
        int pieces = data.length == 0 ? 1 : 1 + (data[0] & 0xFF);
        byte[] octets = Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
        List<String> whole = lines(octets, Math.max(1, octets.length));
        int ends = 0;
        for (byte octet : octets) {
            ends += octet == '\n' ? 1 : 0;
        }
        assertEquals(ends, whole.size());
        assertEquals(whole, lines(octets, pieces));
        assertEquals(whole, lines(octets, 1));
    }

    private static List<String> lines(byte[] octets, int pieces) {
        CommandLineParser parser = new CommandLineParser(line -> line.isKeyword("AUTH"));
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < octets.length; from += pieces) {
            int to = Math.min(octets.length, from + pieces);
            ByteBuffer input = ByteBuffer.wrap(Arrays.copyOfRange(octets, from, to));
            while (parser.next(input)) {
                lines.add(read(parser.line()));
            }
            assertTrue(!input.hasRemaining());
        }
        return lines;
    }

    private static boolean isBase64(byte[] text) {
        try {
            byte[] octets = Base64.getDecoder().decode(text);
            return Arrays.equals(text, Base64.getEncoder().encode(octets));
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    // Everything that can be read of a line.
    private static String read(CommandLine line) {
        StringBuilder all = new StringBuilder();
        all.append(line.form()).append(' ').append(Verb.of(line));
        if (line.hasArgument()) {
            int number = line.number();
            assertTrue(number >= CommandLine.MALFORMED && number != CommandLine.ABSENT);
            all.append(' ').append(number);
        }
        byte[] text = line.text();
        ByteBuffer left = line.rest();
        byte[] rest = new byte[left.remaining()];
        left.get(rest);
        boolean mayBeLong = line.isKeyword("AUTH");
        assertTrue(
                text.length + rest.length
                        <= (mayBeLong ? CommandLineParser.MAX_LONG : CommandLineParser.MAX_OCTETS));
        if (line.form() == CommandLine.Form.PLAIN && mayBeLong) {
            // What a response is to the machine: decoded where it stands, or refused.
            boolean decoded = StrictBase64.decode(left.clear());
            assertEquals(decoded, isBase64(rest));
            all.append(' ').append(decoded);
        }
        HexFormat hex = HexFormat.of();
        return all.append(' ')
                .append(hex.formatHex(text))
                .append(' ')
                .append(hex.formatHex(rest))
                .toString();
    }
}
