package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Debian packages, unpacked where a namespace can lay them over the system's own files, and not
 * installed: no account, no service and no file of this machine changes.
 */
final class Packages {
    private final Workspace workspace;

    Packages(Workspace workspace) {
        this.workspace = workspace;
    }

    /** The directory with what these packages have in them. */
    Path unpacked(String name, List<String> packages) throws IOException, InterruptedException {
        Path root = workspace.root().resolve("root").resolve(name);
        if (Files.exists(root.resolve("done"))) {
            return root;
        }
        workspace.fresh("root/" + name);
        Path archives = workspace.directory("debs");
        for (String wanted : packages) {
            Commands.run("dpkg", "-x", archive(archives, wanted).toString(), root.toString());
        }
        // Where /lib is a link to /usr/lib, an overlay of /usr is all there can be.
        Path lib = root.resolve("lib");
        if (Files.isDirectory(lib)) {
            Commands.run(
                    "cp", "-r", lib + "/.", workspace.directory("root/" + name + "/usr/lib") + "/");
        }
        workspace.directory("root/" + name + "/etc");
        Files.createFile(root.resolve("done"));
        return root;
    }

    private static Path archive(Path archives, String wanted)
            throws IOException, InterruptedException {
        List<Path> found = find(archives, wanted);
        if (found.isEmpty()) {
            Commands.run(archives, List.of("apt-get", "-q", "download", wanted));
            found = find(archives, wanted);
        }
        return found.get(0);
    }

    private static List<Path> find(Path archives, String wanted) throws IOException {
        try (Stream<Path> files = Files.list(archives)) {
            return files.filter(file -> file.getFileName().toString().startsWith(wanted + "_"))
                    .toList();
        }
    }
}
