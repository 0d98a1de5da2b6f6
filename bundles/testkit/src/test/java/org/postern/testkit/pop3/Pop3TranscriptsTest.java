package org.postern.testkit.pop3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class Pop3TranscriptsTest {

    @Test
    void namesEveryTranscriptThereIs() throws Exception {
        URL login = Pop3Transcripts.class.getResource("login.txt");
        try (Stream<Path> files = Files.list(Path.of(login.toURI()).getParent())) {
            assertEquals(
                    Pop3Transcripts.NAMES,
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".txt"))
                            .map(name -> name.substring(0, name.length() - 4))
                            .sorted()
                            .toList());
        }
        assertEquals(Pop3Transcripts.NAMES.size(), Pop3Transcripts.all().size());
    }
}
