package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.postern.itests.PosternServer;

/**
 * A small file system of its own over a directory, which can be filled to the last block. What
 * fills it has no name: nobody who lists the directory sees it.
 */
final class SmallDisk implements AutoCloseable {
    private static final int SIZE = 1 << 20;
    private static final Path MOUNTS = Path.of("/proc/self/mounts");

    private final Path directory;
    private final int block;
    private final FileChannel filler;

    private SmallDisk(Path directory) throws IOException {
        this.directory = directory;
        this.block = (int) Files.getFileStore(directory).getBlockSize();
        Path file = directory.resolve("filler");
        this.filler =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.delete(file);
    }

    /**
     * Mounts one. Where a machine lets nobody mount anything, as a container may, the test that
     * asked is skipped.
     *
     * @param owner whose the directory is to be
     * @param mode of the directory, as chmod(1) has it
     */
    static SmallDisk over(Path directory, String owner, String mode) throws IOException {
        give(directory, owner, mode);
        try {
            PosternServer.run(
                    List.of(
                            "env",
                            "LC_ALL=C",
                            "mount",
                            "-t",
                            "tmpfs",
                            "-o",
                            "nosuid,nodev,noexec,size=" + SIZE,
                            "postern-it",
                            directory.toString()));
        } catch (IOException failed) {
            assumeFalse(
                    failed.getMessage().contains("permission denied"),
                    () -> "root may not mount here: " + failed.getMessage());
            throw failed;
        }
        try {
            give(directory, owner, mode);
            return new SmallDisk(directory);
        } catch (IOException | RuntimeException failed) {
            unmount(directory);
            throw failed;
        }
    }

    // What is below it stays when it is gone, and may be new.
    private static void give(Path directory, String owner, String mode) throws IOException {
        PosternServer.run(List.of("install", "-d", "-o", owner, "-m", mode, directory.toString()));
    }

    /** Octets that are given to files at once. */
    int block() {
        return block;
    }

    /** Leaves only so many blocks free, whatever else is there. */
    void fill(int free) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(block);
        try {
            while (true) {
                filler.write(octets.clear(), filler.size());
            }
        } catch (IOException full) {
            if (usable() != 0) {
                throw full;
            }
        }
        filler.truncate(filler.size() - (long) free * block);
        if (usable() != (long) free * block) {
            throw new IOException(usable() + " octets are free, and not " + free + " blocks");
        }
    }

    /** There is room again. */
    void empty() throws IOException {
        filler.truncate(0);
    }

    private long usable() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        filler.close();
        unmount(directory);
    }

    /** Takes away what runs that were killed have left below a directory. */
    static void removeAll(Path below) throws IOException {
        List<Path> mounted = new ArrayList<>();
        for (String line : Files.readAllLines(MOUNTS, ISO_8859_1)) {
            Path at = Path.of(line.split(" ", -1)[1]);
            if (at.startsWith(below)) {
                mounted.add(at);
            }
        }
        Collections.reverse(mounted);
        for (Path at : mounted) {
            unmount(at);
        }
    }

    // At once, whoever has a file open there.
    private static void unmount(Path directory) throws IOException {
        PosternServer.run(List.of("umount", "-l", directory.toString()));
    }
}
