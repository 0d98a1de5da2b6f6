package org.postern.benchmarks.suite;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The one directory in which everything is: packages, mail, configurations, logs, results. What is
 * dear to make (packages, corpora) stays for the next run.
 *
 * @param top of this project, with the assembled distribution in it
 */
record Workspace(Path root, Path top) {

    /** A directory that everybody can enter, made if it is not there. */
    Path directory(String path) throws IOException {
        Path directory = root.resolve(path);
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        return directory;
    }

    Path corpora() throws IOException {
        return directory("corpus");
    }

    /** An empty one for a server, whatever was there before. */
    Path fresh(String path) throws IOException, InterruptedException {
        Commands.run("rm", "-rf", root.resolve(path).toString());
        return directory(path);
    }

    /** The shell script that starts servers in namespaces. */
    Path namespace() {
        return top.resolve("benchmarks/namespace");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
