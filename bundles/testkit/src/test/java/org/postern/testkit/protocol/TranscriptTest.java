package org.postern.testkit.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranscriptTest {

    /** A server that has its lines ready. */
    private static final class Prepared implements Dialogue {
        private final Queue<String> lines;
        private final StringBuilder heard = new StringBuilder();
        private boolean closed;

        Prepared(String... lines) {
            this.lines = new ArrayDeque<>(List.of(lines));
        }

        @Override
        public void send(byte[] octets) {
            heard.append(new String(octets, Transcript.OCTETS));
        }

        @Override
        public Optional<byte[]> line() {
            return Optional.ofNullable(lines.poll()).map(line -> line.getBytes(Transcript.OCTETS));
        }

        @Override
        public void encrypt() {
            heard.append("[TLS]");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static String heard(String script, String... server) throws IOException {
        Prepared dialogue = new Prepared(server);
        Transcript.parse("test", script).play(dialogue);
        assertTrue(dialogue.closed);
        return dialogue.heard.toString();
    }

    @Test
    void saysOctetsAsWritten() throws IOException {
        String script = "# a comment\n\nC: a b \nC-raw: x\\r\\n\\0\\xfF\\\\\\*\nC:\nS-end\n";
        assertEquals("a b \r\nx\r\n\0\u00ff\\*\r\n", heard(script));
    }

    @Test
    void beginsTlsWhereItIsWritten() throws IOException {
        String script = "Needs: tls more\nS: a\nC: b\nC: c\nC-tls\nC: d\nS: e\nC: f\n";
        Transcript transcript = Transcript.parse("test", script);
        assertEquals(Set.of("tls", "more"), transcript.needs());
        assertEquals("b\r\nc\r\n[TLS]d\r\nf\r\n", heard(script, "a", "e"));
        Prepared pipelined = new Prepared("a", "e");
        transcript.playPipelined(pipelined);
        assertEquals("b\r\nc\r\n[TLS]d\r\nf\r\n", pipelined.heard.toString());
    }

    @Test
    void expectsLinesInOrder() throws IOException {
        heard("S: +OK*\nS-until: .\nS: b\nS-end", "+OK ready", "x", "y", ".", "b");
        assertFails("S: a\nS: b", "test:2: expected b, got: c", "a", "c");
        assertFails("S: a\nS: b", "test:2: expected b, the connection was closed", "a");
        assertFails("S: a\nS-end", "test:2: expected , got: b\\x00", "a", "b\0");
        assertFails("S-until: .", "test:1: expected ., the connection was closed", "a", "b");
    }

    private static void assertFails(String script, String message, String... server) {
        AssertionError failure = assertThrows(AssertionError.class, () -> heard(script, server));
        assertEquals(message, failure.getMessage());
    }

    @Test
    void saysEverythingAtOnceWhenPipelined() throws IOException {
        Prepared dialogue = new Prepared("hello", "1", "2");
        Transcript.parse("test", "S: hello\nC: a\nS: 1\nC: b\nS: 2\nS-end").playPipelined(dialogue);
        assertEquals("a\r\nb\r\n", dialogue.heard.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, ab, false",
        "'', '', true",
        "'', a, false",
        "*, '', true",
        "*, abc, true",
        "a*c, ac, true",
        "a*c, abcbc, true",
        "a*c, abcb, false",
        "*b*b*, abab, true",
        "*b*b*, abaa, false",
        "\\*, *, true",
        "\\*, a, false"
    })
    void matchesStarsWithAnything(String pattern, String line, boolean matches) {
        byte[] octets = line.getBytes(Transcript.OCTETS);
        assertEquals(matches, ScriptText.parse(pattern).matches(octets));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: a", "hello", "C: \\", "C: \\q", "C: \\x1", "C: \\xg0"})
    void refusesWhatIsNoTranscript(String script) {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Transcript.parse("test", "C: a\n" + script));
        assertTrue(refused.getMessage().startsWith("test:2: "), refused::getMessage);
    }
}
