package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/threats.md names tests that are there: a test that is renamed takes its proof along. */
class ThreatsTest {
    private static final Pattern NAMED = Pattern.compile("`([A-Za-z_]+)\\.([A-Za-z_]\\w+)`");
    private static final Path TOP = Path.of("..");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String place : List.of("bundles", "itests/src", "hostile/src", "helper/tests/root")) {
            try (Stream<Path> files = Files.walk(TOP.resolve(place))) {
                for (Path file : files.filter(ThreatsTest::isTest).toList()) {
                    String name = file.getFileName().toString();
                    sources.merge(
                            name.substring(0, name.lastIndexOf('.')),
                            Files.readString(file),
                            String::concat);
                }
            }
        }
        List<String> missing = new ArrayList<>();
        int found = 0;
        Matcher named = NAMED.matcher(Files.readString(TOP.resolve("docs/threats.md")));
        while (named.find()) {
            String source = sources.getOrDefault(named.group(1), "");
            if (source.contains(" " + named.group(2) + "(")) {
                found++;
            } else if (!named.group(1).equals("file") && !named.group(1).equals("Class")) {
                missing.add(named.group());
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(found > 50, "only " + found);
    }

    private static boolean isTest(Path file) {
        String path = file.toString();
        return path.endsWith(".py")
                || (path.endsWith(".java")
                        && (path.contains("/src/test/") || path.contains("Contract")));
    }
}
