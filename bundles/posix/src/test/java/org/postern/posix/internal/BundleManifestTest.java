package org.postern.posix.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.postern.posix.NativePosix;

/** Native code is this bundle's alone: it neither takes jnr from elsewhere nor lends it out. */
final class BundleManifestTest {
    private static final List<String> EMBEDDED = List.of("com.kenai", "jnr.", "org.objectweb");

    private static Path classes() throws Exception {
        return Path.of(
                NativePosix.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Attributes manifest() throws Exception {
        try (InputStream stream = Files.newInputStream(classes().resolve("META-INF/MANIFEST.MF"))) {
            return new Manifest(stream).getMainAttributes();
        }
    }

    @Test
    void exportsNothing() throws Exception {
        assertNull(manifest().getValue("Export-Package"));
    }

    @Test
    void importsNothingOfWhatIsEmbedded() throws Exception {
        String imports = manifest().getValue("Import-Package");
        assertTrue(imports.contains("org.postern.api.posix"), imports);
        for (String prefix : EMBEDDED) {
            assertFalse(imports.contains(prefix), imports);
        }
        assertFalse(imports.contains("sun."), imports);
    }

    @Test
    void carriesBothArchitectures() throws Exception {
        for (String platform : List.of("x86_64-Linux", "aarch64-Linux")) {
            Path library = classes().resolve("jni/" + platform + "/libjffi-1.2.so");
            assertTrue(Files.size(library) > 0, platform);
        }
    }
}
