package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What architecture.md fixes between bundles (I6), read from what the compiler and bnd made of
 * them: bnd imports every package that some class names, so a reference to another bundle's
 * implementation cannot hide.
 */
class ArchitectureTest {
    private static final String OURS = "org.postern.";
    private static final String CONTRACTS = "org.postern.api";

    /** Every directory of bundles/ with its built manifest. */
    private static Map<String, Attributes> bundles() throws IOException {
        Map<String, Attributes> manifests = new TreeMap<>();
        try (Stream<Path> directories = Files.list(Path.of("..", "bundles"))) {
            for (Path directory : directories.filter(Files::isDirectory).toList()) {
                Path file = directory.resolve("target/classes/META-INF/MANIFEST.MF");
                assertTrue(Files.exists(file), () -> directory + " has not been built");
                try (InputStream in = Files.newInputStream(file)) {
                    manifests.put(
                            directory.getFileName().toString(),
                            new Manifest(in).getMainAttributes());
                }
            }
        }
        assertTrue(manifests.size() >= 12, () -> "only found " + manifests.keySet());
        return manifests;
    }

    @Test
    void bundlesImportOnlyContractsOfEachOther() throws Exception {
        List<String> violations = new ArrayList<>();
        for (Map.Entry<String, Attributes> bundle : bundles().entrySet()) {
            for (String imported : packages(bundle.getValue(), "Import-Package")) {
                boolean ours = imported.startsWith(OURS);
                boolean contract =
                        imported.equals(CONTRACTS) || imported.startsWith(CONTRACTS + ".");
                boolean own = packages(bundle.getValue(), "Export-Package").contains(imported);
                if (ours && !contract && !own) {
                    violations.add(bundle.getKey() + " imports " + imported);
                }
            }
        }
        assertEquals(List.of(), violations);
    }

    @Test
    void onlyTheContractsAndTheTestKitAreExported() throws Exception {
        List<String> violations = new ArrayList<>();
        for (Map.Entry<String, Attributes> bundle : bundles().entrySet()) {
            if (!bundle.getKey().equals("api") && !bundle.getKey().equals("testkit")) {
                for (String exported : packages(bundle.getValue(), "Export-Package")) {
                    violations.add(bundle.getKey() + " exports " + exported);
                }
            }
        }
        assertEquals(List.of(), violations);
    }

    @Test
    void onlyTheListenerKnowsNetty() throws Exception {
        List<String> violations = new ArrayList<>();
        for (Map.Entry<String, Attributes> bundle : bundles().entrySet()) {
            for (String imported : packages(bundle.getValue(), "Import-Package")) {
                if (imported.startsWith("io.netty.") && !bundle.getKey().equals("listener")) {
                    violations.add(bundle.getKey() + " imports " + imported);
                }
            }
        }
        assertEquals(List.of(), violations);
    }

    /**
     * Who asks a database or a directory writes what a stranger typed into a query (CVE-2026-24031,
     * CVE-2026-27860). Nobody does: the first backend that will belongs into the list here, and the
     * tests of its escaping into docs/threats.md.
     */
    @Test
    void nobodyAsksByAQuery() throws Exception {
        List<String> violations = new ArrayList<>();
        for (Map.Entry<String, Attributes> bundle : bundles().entrySet()) {
            for (String imported : packages(bundle.getValue(), "Import-Package")) {
                for (String asking :
                        List.of(
                                "java.sql",
                                "javax.sql",
                                "javax.naming",
                                "javax.persistence",
                                "jakarta.persistence",
                                "javax.script",
                                "com.unboundid",
                                "org.apache.directory",
                                "org.ldaptive")) {
                    if (imported.equals(asking) || imported.startsWith(asking + ".")) {
                        violations.add(bundle.getKey() + " imports " + imported);
                    }
                }
            }
        }
        assertEquals(List.of(), violations);
    }

    @Test
    void contractsKnowNoLibrary() throws Exception {
        for (String imported : packages(bundles().get("api"), "Import-Package")) {
            assertTrue(
                    imported.startsWith("java.") || imported.startsWith(CONTRACTS),
                    () -> "api imports " + imported);
        }
    }

    /**
     * One directory is one Bundle-SymbolicName is one root package; nothing comes in at run time.
     */
    @Test
    void aBundleIsItsRootPackage() throws Exception {
        List<String> violations = new ArrayList<>();
        for (Map.Entry<String, Attributes> bundle : bundles().entrySet()) {
            String name = OURS + bundle.getKey().replace('-', '.');
            if (!name.equals(bundle.getValue().getValue("Bundle-SymbolicName"))) {
                violations.add(bundle.getKey() + " is not called " + name);
            }
            if (bundle.getValue().getValue("DynamicImport-Package") != null) {
                violations.add(bundle.getKey() + " imports dynamically");
            }
            Path root = Path.of("..", "bundles", bundle.getKey(), "src", "main", "java");
            if (bundle.getValue().getValue("Fragment-Host") != null && !Files.exists(root)) {
                continue;
            }
            try (Stream<Path> sources = Files.walk(root)) {
                for (Path source : sources.filter(p -> p.toString().endsWith(".java")).toList()) {
                    String path = root.relativize(source).toString();
                    if (!path.startsWith(name.replace('.', '/') + "/")) {
                        violations.add(bundle.getKey() + " has " + path);
                    }
                }
            }
        }
        assertEquals(List.of(), violations);
    }

    private static List<String> packages(Attributes manifest, String header) {
        String value = manifest.getValue(header);
        return value == null ? List.of() : ManifestHeader.names(value);
    }
}
