package org.postern.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What the server's Java process holds, by the JDK's jcmd; nothing where no pid was given.
 * Postern's is started with {@code -XX:+DisableAttachMechanism}, which {@code EXTRA_JAVA_OPTS} can
 * undo.
 */
final class Heap {
    private static final long UNKNOWN = 0;
    private static final int PATIENCE_SECONDS = 10;

    private final long pid;

    Heap(long pid) {
        this.pid = pid;
    }

    /** KiB that are left after a collection. */
    OptionalLong live() throws IOException, InterruptedException {
        if (pid == UNKNOWN) {
            return OptionalLong.empty();
        }
        jcmd("GC.run");
        return used(jcmd("GC.heap_info"));
    }

    /** The sum of the generations of the serial collector, or the one figure of others. */
    static OptionalLong used(String info) {
        long sum = 0;
        boolean found = false;
        for (String line : info.split("\n", -1)) {
            int at = line.indexOf(" used ");
            if (at < 0 || line.contains("Metaspace") || line.contains("class space")) {
                continue;
            }
            int end = line.indexOf('K', at);
            if (end > 0) {
                sum += Long.parseLong(line.substring(at + " used ".length(), end));
                found = true;
            }
        }
        return found ? OptionalLong.of(sum) : OptionalLong.empty();
    }

    /** What it said; nothing if the server lets nobody look, which takes jcmd for ever. */
    private String jcmd(String command) throws IOException, InterruptedException {
        Path said = Files.createTempFile("hostile", ".jcmd");
        try {
            Process process =
                    new ProcessBuilder("jcmd", String.valueOf(pid), command)
                            .redirectErrorStream(true)
                            .redirectOutput(said.toFile())
                            .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return Files.readString(said);
        } finally {
            Files.delete(said);
        }
    }
}
