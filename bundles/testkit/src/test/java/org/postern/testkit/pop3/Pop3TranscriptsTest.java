package org.postern.testkit.pop3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.testkit.protocol.Transcript;

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
        Set<String> everything = Set.of(Pop3Transcripts.TLS, Pop3Transcripts.SASL);
        assertEquals(Pop3Transcripts.NAMES.size(), Pop3Transcripts.all(everything).size());
    }

    @Test
    void leavesOutWhatAServerHasNot() throws Exception {
        List<String> without =
                Pop3Transcripts.all(Set.of()).stream().map(Transcript::name).toList();
        assertTrue(without.contains("auth.txt"));
        assertFalse(without.contains("auth-plain.txt"));
        assertFalse(without.contains("stls.txt"));
        List<String> with =
                Pop3Transcripts.all(Set.of(Pop3Transcripts.SASL)).stream()
                        .map(Transcript::name)
                        .toList();
        assertTrue(with.contains("auth-plain.txt"));
        assertFalse(with.contains("stls.txt"));
    }
}
