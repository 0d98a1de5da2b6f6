package org.postern.benchmarks.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    private static final Corpus SOME = new Corpus("some", 1, 200, 500, .01, 0, true, true);

    @Test
    void isTheSameEachTime(@TempDir Path one, @TempDir Path other) throws IOException {
        SOME.make(one);
        SOME.make(other);
        assertArrayEquals(
                Files.readAllBytes(SOME.mbox(one, 1)), Files.readAllBytes(SOME.mbox(other, 1)));
    }

    @Test
    void hasAsManyMessagesInBothFormats(@TempDir Path root) throws IOException {
        SOME.make(root);
        List<String> lines = Files.readAllLines(SOME.mbox(root, 1), StandardCharsets.ISO_8859_1);
        assertEquals(200, lines.stream().filter(line -> line.startsWith("From ")).count());
        assertTrue(lines.contains(">From the desk of somebody else"));
        assertTrue(lines.contains(">>From already quoted"));
        assertTrue(lines.contains("...leading dots"));
        try (Stream<Path> files = Files.list(SOME.maildir(root, 1).resolve("cur"))) {
            assertEquals(200, files.count());
        }
    }
}
