package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.sasl.SaslLogin;

class CommandLineParserTest {
    private final CommandLineParser parser = new CommandLineParser(line -> false);

    private CommandLine line(String octets) {
        ByteBuffer input = ByteBuffer.wrap((octets + "\n").getBytes(ISO_8859_1));
        assertTrue(parser.next(input));
        assertFalse(input.hasRemaining());
        return parser.line();
    }

    @Test
    void stopsBehindEachLine() {
        ByteBuffer input = ByteBuffer.wrap("NOOP\r\nSTAT\nQUI".getBytes(ISO_8859_1));
        assertTrue(parser.next(input));
        assertTrue(parser.line().isKeyword("NOOP"));
        assertEquals(6, input.position());
        assertTrue(parser.next(input));
        assertTrue(parser.line().isKeyword("STAT"));
        assertFalse(parser.next(input));
        assertFalse(input.hasRemaining());
    }

    @Test
    void removesOneCrBeforeTheEndOnly() {
        assertEquals("a\r", rest(line("PASS a\r\r")));
        assertEquals("\ra", rest(line("PASS \ra\r")));
        assertEquals("a\rb", rest(line("PASS a\rb")));
        assertTrue(line("\r").isKeyword(""));
    }

    private static String rest(CommandLine line) {
        assertTrue(line.isKeyword("PASS"));
        return ISO_8859_1.decode(line.rest()).toString();
    }

    @Test
    void keepsLinesUpToTheBoundAndVoidsLongerOnes() {
        String password = "p".repeat(CommandLineParser.MAX_OCTETS - 5);
        assertEquals(password, rest(line("PASS " + password)));
        assertEquals(CommandLine.Form.PLAIN, line("PASS " + password + "\r").form());
        assertEquals(CommandLine.Form.TOO_LONG, line("PASS " + password + "x").form());
        assertEquals(CommandLine.Form.TOO_LONG, line("PASS " + password + "\r\r").form());
        assertEquals(CommandLine.Form.TOO_LONG, line("NOOP" + " ".repeat(1_000_000)).form());
        assertEquals(CommandLine.Form.PLAIN, line("NOOP").form());
    }

    @Test
    void keepsLinesThatMayBeLongUpToAnotherBound() {
        CommandLineParser patient = new CommandLineParser(begun -> begun.isKeyword("AUTH"));
        String most = "x".repeat(CommandLineParser.MAX_LONG - 5);
        assertEquals(CommandLine.Form.PLAIN, only(patient, "AUTH " + most).form());
        assertEquals(most, ISO_8859_1.decode(patient.line().rest()).toString());
        assertEquals(CommandLine.Form.PLAIN, only(patient, "AUTH " + most + "\r").form());
        assertEquals(CommandLine.Form.TOO_LONG, only(patient, "AUTH " + most + "x").form());
        assertEquals(CommandLine.Form.TOO_LONG, only(patient, "AUTH " + "x".repeat(99_999)).form());
        assertEquals(CommandLine.Form.TOO_LONG, only(patient, "PASS " + most).form());
        assertEquals(CommandLine.Form.WITH_NUL, only(patient, "AUTH \0" + "x".repeat(300)).form());
        assertEquals(CommandLine.Form.PLAIN, only(patient, "NOOP").form());
        assertTrue(patient.line().isKeyword("NOOP"));
        only(patient, "auth " + "x".repeat(250));
        assertTrue(patient.held() <= CommandLineParser.MAX_OCTETS + CommandLineParser.MAX_LONG);
        patient.clear();
        assertTrue(patient.isWiped());
        patient.shrink();
        assertEquals(CommandLineParser.MAX_OCTETS, patient.held());
    }

    // The largest response has room, with the longest name of a mechanism in front of it.
    @Test
    void longLinesHaveRoomForTheLargestResponse() {
        int encoded = Base64.getEncoder().encode(new byte[SaslLogin.MAX_RESPONSE]).length;
        assertEquals("AUTH THE-LONGEST-OF-NAMES ".length() + encoded, CommandLineParser.MAX_LONG);
    }

    private static CommandLine only(CommandLineParser parser, String octets) {
        ByteBuffer input = ByteBuffer.wrap((octets + "\n").getBytes(ISO_8859_1));
        assertTrue(parser.next(input));
        assertFalse(input.hasRemaining());
        return parser.line();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "NOOP\0", "\0NOOP", "PASS a\0b", "NOOP \0\r"})
    void voidsLinesWithNul(String line) {
        assertEquals(CommandLine.Form.WITH_NUL, line(line).form());
        assertEquals(CommandLine.Form.PLAIN, line("NOOP").form());
    }

    @Test
    void foldsAsciiLettersOnly() {
        assertTrue(line("nOoP").isKeyword("NOOP"));
        assertFalse(line("NOOPS").isKeyword("NOOP"));
        assertFalse(line("NOO").isKeyword("NOOP"));
        assertFalse(line(" NOOP").isKeyword("NOOP"));
        assertFalse(line("NOOP\t").isKeyword("NOOP"));
        // Octets that differ from a letter in the bit that makes the case, and Latin-1 letters.
        assertFalse(line("l\u0131st").isKeyword("LIST"));
        assertFalse(line("\u000e\u000f\u000f\u0010").isKeyword("NOOP"));
        assertFalse(line("\u00ce\u00cf\u00cf\u00d0").isKeyword("NOOP"));
    }

    @Test
    void dividesArgumentsAtSingleSpaces() {
        assertFalse(line("LIST").hasArgument());
        assertFalse(line("LIST ").hasArgument());
        CommandLine trailing = line("LIST 1 ");
        assertEquals(1, trailing.number());
        assertFalse(trailing.hasArgument());
        assertEquals(CommandLine.ABSENT, trailing.number());
        CommandLine empty = line("LIST  1");
        assertTrue(empty.hasArgument());
        assertEquals(CommandLine.MALFORMED, empty.number());
        assertTrue(empty.hasArgument());
        CommandLine two = line("TOP 3 4");
        assertEquals(3, two.number());
        assertEquals(4, two.number());
        assertFalse(two.hasArgument());
        assertEquals(0, line("USER ").text().length);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "+1, 1",
        "01, 1",
        "-0, 0",
        "2147483647, 2147483647",
        "0000000000000000000000000000000000000001, 1",
        "'\t1', 1",
        "'\u000b\f\r+7', 7",
        "2147483648, -2",
        "4294967297, -2",
        "9223372036854775808, -2",
        "18446744073709551617, -2",
        "99999999999999999999999999999999999999, -2",
        "00000000000000000000000000000000000000001, -2",
        "-1, -2",
        "-, -2",
        "+, -2",
        "+-1, -2",
        "--1, -2",
        "0x1, -2",
        "1a, -2",
        "a, -2",
        "'1\t', -2",
        "'\t', -2",
        "1.0, -2",
        "'\u00b2', -2"
    })
    void readsNumbersAsStrtolDoes(String text, int number) {
        assertEquals(number, line("LIST " + text).number());
    }

    @Test
    void takesEverythingBehindTheFirstSpaceVerbatim() {
        assertEquals("  a  b\t\u00e9 ", rest(line("PASS   a  b\t\u00e9 ")));
        assertEquals(" ", rest(line("PASS  ")));
        assertFalse(line("PASS ").hasArgument());
    }

    @Test
    void knowsEveryCommandOfTheTable() {
        for (Verb verb : Verb.values()) {
            assertEquals(Optional.of(verb), Verb.of(line(verb.name().toLowerCase(Locale.ROOT))));
        }
        for (String unknown : List.of("", "APOP", "XTND", "LISTS", "LIS", "GET / HTTP/1.1")) {
            assertEquals(Optional.empty(), Verb.of(line(unknown)));
        }
    }

    @Test
    void wipesWhatItKept() {
        line("PASS secret");
        parser.clear();
        assertTrue(parser.isWiped());
        parser.next(ByteBuffer.wrap("PASS unfinis".getBytes(ISO_8859_1)));
        assertFalse(parser.isWiped());
        parser.clear();
        assertTrue(parser.isWiped());
        line("PASS secret");
        line("");
        parser.clear();
        assertTrue(parser.isWiped(), "the next line leaves nothing either");
    }
}
