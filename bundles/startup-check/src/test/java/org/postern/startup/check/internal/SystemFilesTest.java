package org.postern.startup.check.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.check.Finding;

/** The real file system, and one whole look at it. */
final class SystemFilesTest {
    @TempDir private Path directory;

    @Test
    void ownersAndModes() throws Exception {
        SystemFiles files = new SystemFiles();
        Accounts accounts = Accounts.read(files);
        Path file = Files.writeString(directory.resolve("file"), "a\nb\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r---w-"));
        FileView.Entry entry = files.look(file);
        assertEquals(accounts.uid(), entry.uid());
        assertTrue(entry.groupMay(Trust.READ) && !entry.groupMay(Trust.WRITE));
        assertTrue(entry.othersMay(Trust.WRITE) && !entry.othersMay(Trust.READ));
        assertEquals(List.of("a", "b"), files.lines(file));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
        assertTrue(files.look(link).isLink());
        assertEquals(Path.of("file"), files.link(link));
        assertEquals(List.of(file, link), files.list(directory));
        assertTrue(files.look(directory).isDirectory());
        assertTrue(files.look(Path.of("/tmp")).isSticky() || !Files.exists(Path.of("/tmp")));
        assertThrows(NoSuchFileException.class, () -> files.look(directory.resolve("none")));
        assertThrows(NoSuchFileException.class, () -> files.list(directory.resolve("none")));
        assertFalse(files.look(file).isSocket());
    }

    @Test
    void aLookBelowTheDirectoryForTemporaryFiles() throws Exception {
        Map<String, String> properties = new HashMap<>();
        Path real = directory.toRealPath();
        for (String name : List.of("home", "etc", "data")) {
            Path path = Files.createDirectory(real.resolve(name));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            properties.put("karaf." + name, path.toString());
        }
        FilesStartupCheck check = new FilesStartupCheck(new SystemFiles(), properties::get);
        Path bad = Files.writeString(real.resolve("etc").resolve("bad"), "");
        Files.setPosixFilePermissions(bad, PosixFilePermissions.fromString("rw-rw-rw-"));
        List<String> found = check.look().stream().map(Finding::path).toList();
        assertTrue(found.contains(bad.toString()), found::toString);
        Files.setPosixFilePermissions(bad, PosixFilePermissions.fromString("rw-r--r--"));
        found = check.look().stream().map(Finding::path).toList();
        assertFalse(found.contains(bad.toString()), found::toString);
    }
}
