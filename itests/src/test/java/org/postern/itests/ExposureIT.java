package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the distribution shows to the network, and what it carries. */
class ExposureIT {
    private static final String LISTENING = "0A";
    private static final Set<String> LOOPBACK =
            Set.of(
                    "0100007F",
                    "00000000000000000000000001000000",
                    "0000000000000000FFFF00000100007F");

    @TempDir Path directory;

    @Test
    void onlyMailPortsLeaveLoopback() throws Exception {
        try (PosternServer server = new PosternServer(directory)) {
            server.configure(
                    "org.postern.listener~test", "address=0.0.0.0", "port=" + server.port());
            server.start();
            Set<String> inodes = new TreeSet<>();
            for (ProcessHandle process : tree(server.pid())) {
                inodes.addAll(sockets(process.pid()));
            }
            List<String> open = new ArrayList<>();
            for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
                for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                    String[] fields = line.trim().split("\\s+", -1);
                    boolean ours = fields.length > 9 && inodes.contains(fields[9]);
                    boolean listens = table.startsWith("udp") || fields[3].equals(LISTENING);
                    if (ours && listens) {
                        String[] local = fields[1].split(":", 2);
                        if (!LOOPBACK.contains(local[0])) {
                            open.add(table + " port " + Integer.parseInt(local[1], 16));
                        }
                    }
                }
            }
            assertEquals(1, open.size(), open.toString());
            assertTrue(open.get(0).endsWith(" port " + server.port()), open.toString());
        }
    }

    @Test
    void thereIsNoUserAndNoRepositoryToGoTo() throws IOException {
        for (String line :
                Files.readAllLines(PosternServer.ASSEMBLY.resolve("etc/users.properties"))) {
            assertTrue(line.isBlank() || line.startsWith("#"), "an active user: " + line);
        }
        Path pax = PosternServer.ASSEMBLY.resolve("etc/org.ops4j.pax.url.mvn.cfg");
        for (String line : Files.readAllLines(pax)) {
            assertFalse(
                    line.contains("http") && !line.trim().startsWith("#"), "a repository: " + line);
        }
    }

    private static List<ProcessHandle> tree(long pid) {
        ProcessHandle top = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(top), top.descendants()).collect(Collectors.toList());
    }

    private static Set<String> sockets(long pid) throws IOException {
        Set<String> inodes = new TreeSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.exists(descriptor, LinkOption.NOFOLLOW_LINKS)) {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring(8, target.length() - 1));
                    }
                }
            }
        }
        return inodes;
    }
}
