package org.postern.startup.check.internal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A file system whose owners and modes are what a test says. */
final class FakeFiles implements FileView {
    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int LINK = 0120000;
    private static final int SOCKET = 0140000;

    private final Map<Path, Entry> entries = new TreeMap<>();
    private final Map<Path, Path> links = new TreeMap<>();
    private final Map<Path, List<String>> contents = new TreeMap<>();
    private final Set<Path> hidden = new HashSet<>();

    FakeFiles() {
        directory("/", 0, 0, 0755);
    }

    FakeFiles directory(String path, int uid, int gid, int mode) {
        entries.put(Path.of(path), new Entry(uid, gid, DIRECTORY | mode));
        return this;
    }

    FakeFiles file(String path, int uid, int gid, int mode, String... lines) {
        entries.put(Path.of(path), new Entry(uid, gid, FILE | mode));
        contents.put(Path.of(path), List.of(lines));
        return this;
    }

    FakeFiles socket(String path, int uid, int gid, int mode) {
        entries.put(Path.of(path), new Entry(uid, gid, SOCKET | mode));
        return this;
    }

    FakeFiles link(String path, int uid, String target) {
        entries.put(Path.of(path), new Entry(uid, uid, LINK | 0777));
        links.put(Path.of(path), Path.of(target));
        return this;
    }

    /** What this process may not look at. */
    FakeFiles hide(String path) {
        hidden.add(Path.of(path));
        return this;
    }

    FakeFiles remove(String path) {
        entries.keySet().removeIf(entry -> entry.startsWith(path));
        return this;
    }

    @Override
    public Entry look(Path path) throws IOException {
        if (hidden.stream().anyMatch(path::startsWith)) {
            throw new AccessDeniedException(path.toString());
        }
        Entry entry = entries.get(path);
        if (entry == null) {
            throw new NoSuchFileException(path.toString());
        }
        return entry;
    }

    @Override
    public Path link(Path path) {
        return links.get(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        if (!look(directory).isDirectory()) {
            throw new IOException("no directory");
        }
        return entries.keySet().stream().filter(p -> directory.equals(p.getParent())).toList();
    }

    @Override
    public List<String> lines(Path file) throws IOException {
        look(file);
        return contents.get(file);
    }
}
