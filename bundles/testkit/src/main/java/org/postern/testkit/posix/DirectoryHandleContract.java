package org.postern.testkit.posix;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.testkit.posix.PosixContract.assertErrno;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.NamePage;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/** What {@link DirectoryHandle} promises. */
public abstract class DirectoryHandleContract {
    private static final FileName FILE = FileName.of("file");
    private static final FileName OTHER = FileName.of("other");
    private static final FileName THERE = FileName.of("there");
    private static final int MANY = 3_500;

    @TempDir Path temporary;
    private DirectoryHandle directory;

    /** The implementation under test. */
    public abstract Posix posix() throws IOException;

    @BeforeEach
    void open() throws IOException {
        directory = posix().openDirectory(temporary);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(temporary.resolve(name), content);
    }

    private FileType typeOf(FileName name) throws PosixException {
        try (FileHandle handle = directory.open(name, OpenMode.READ)) {
            return handle.status().type();
        }
    }

    @Test
    void statusIsThatOfStat() throws IOException {
        Path file = write("file", "twelve bytes");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-x-w-"));
        FileStatus status = directory.status(FILE);
        assertEquals(Files.getAttribute(file, "unix:dev"), status.device());
        assertEquals(Files.getAttribute(file, "unix:ino"), status.inode());
        assertEquals(FileType.REGULAR, status.type());
        assertEquals(0652, status.permissions());
        assertEquals((int) Files.getAttribute(file, "unix:uid"), status.owner());
        assertEquals((int) Files.getAttribute(file, "unix:gid"), status.group());
        assertEquals(1, status.links());
        assertEquals(12, status.size());
        try (FileHandle handle = directory.open(FILE, OpenMode.READ)) {
            assertEquals(status, handle.status());
        }
    }

    @Test
    void linkIsShownAndNotFollowed() throws IOException {
        Path file = write("file", "content");
        Files.createSymbolicLink(temporary.resolve("other"), file);
        assertEquals(FileType.SYMBOLIC_LINK, directory.status(OTHER).type());
        assertErrno(Errno.ELOOP, () -> directory.open(OTHER, OpenMode.READ));
        assertErrno(Errno.ELOOP, () -> directory.open(OTHER, OpenMode.READ_WRITE));
        assertErrno(Errno.EEXIST, () -> directory.create(OTHER, 0600));
        directory.unlink(OTHER);
        assertEquals("content", Files.readString(file));
    }

    @Test
    void danglingLinkDoesNotMakeItsTarget() throws IOException {
        Path target = temporary.resolve("target");
        Files.createSymbolicLink(temporary.resolve("other"), target);
        assertErrno(Errno.EEXIST, () -> directory.create(OTHER, 0600));
        assertFalse(Files.exists(target, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void linkToDirectoryIsNoDirectory() throws IOException {
        Files.createDirectory(temporary.resolve("real"));
        Files.createSymbolicLink(temporary.resolve("other"), temporary.resolve("real"));
        PosixException failed =
                assertThrows(PosixException.class, () -> directory.openDirectory(OTHER));
        assertTrue(Set.of(Errno.ENOTDIR, Errno.ELOOP).contains(failed.errno()), "" + failed);
    }

    @Test
    void fifoKeepsNobodyWaiting() throws Exception {
        OtherProgram.run("mkfifo", temporary.resolve("file").toString());
        FileType type = assertTimeoutPreemptively(Duration.ofSeconds(30), () -> typeOf(FILE));
        assertEquals(FileType.FIFO, type);
    }

    @Test
    void whatIsNoFileIsNamed() throws IOException {
        Files.createDirectory(temporary.resolve("file"));
        assertEquals(FileType.DIRECTORY, typeOf(FILE));
        assertErrno(Errno.EISDIR, () -> directory.open(FILE, OpenMode.READ_WRITE));
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(temporary.resolve("other")));
            assertEquals(FileType.SOCKET, directory.status(OTHER).type());
            assertErrno(Errno.ENXIO, () -> directory.open(OTHER, OpenMode.READ));
        }
        try (DirectoryHandle devices = posix().openDirectory(Path.of("/dev"))) {
            FileStatus status = devices.status(FileName.of("null"));
            assertEquals(FileType.CHARACTER_DEVICE, status.type());
        }
    }

    @Test
    void missingIsMissing() {
        assertErrno(Errno.ENOENT, () -> directory.status(FILE));
        assertErrno(Errno.ENOENT, () -> directory.open(FILE, OpenMode.READ));
        assertErrno(Errno.ENOENT, () -> directory.openDirectory(FILE));
        assertErrno(Errno.ENOENT, () -> directory.unlink(FILE));
        assertErrno(Errno.ENOENT, () -> directory.rename(FILE, directory, OTHER));
        assertErrno(Errno.ENOENT, () -> directory.open(FILE, OpenMode.READ_WRITE));
        assertFalse(Files.exists(temporary.resolve("file")));
    }

    @Test
    void newFileIsPrivateAndNew() throws IOException {
        try (FileHandle handle = directory.create(FILE, 0600)) {
            assertEquals(0600, handle.status().permissions());
            assertEquals(0, handle.status().size());
        }
        assertErrno(Errno.EEXIST, () -> directory.create(FILE, 0600));
        directory.createDirectory(OTHER, 0700);
        assertEquals(FileType.DIRECTORY, directory.status(OTHER).type());
        assertEquals(0700, directory.status(OTHER).permissions());
        assertErrno(Errno.EEXIST, () -> directory.createDirectory(OTHER, 0700));
    }

    @Test
    void descriptorsDoNotLeakOverExecAndDoNotBlock() throws IOException {
        write("file", "content");
        Files.createDirectory(temporary.resolve("other"));
        try (FileHandle file = directory.open(FILE, OpenMode.READ);
                FileHandle second = file.duplicate();
                DirectoryHandle below = directory.openDirectory(OTHER)) {
            assertEquals(FileType.DIRECTORY, below.status().type());
            assertEquals(7, second.status().size());
            assertEquals(1, descriptorsOf(temporary.resolve("file")));
            assertEquals(1, descriptorsOf(temporary.resolve("other")));
            assertEquals(1, descriptorsOf(temporary));
        }
        assertEquals(0, descriptorsOf(temporary.resolve("file")));
        assertEquals(0, descriptorsOf(temporary.resolve("other")));
    }

    private static int descriptorsOf(Path path) throws IOException {
        int found = 0;
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).equals(path.toRealPath())) {
                    found++;
                    Path info = Path.of("/proc/self/fdinfo", descriptor.getFileName().toString());
                    String flags =
                            Files.readAllLines(info).stream()
                                    .filter(line -> line.startsWith("flags:"))
                                    .map(line -> line.substring("flags:".length()).trim())
                                    .findFirst()
                                    .orElseThrow();
                    long bits = Long.parseLong(flags, 8);
                    assertEquals(02000000, bits & 02000000, "O_CLOEXEC");
                    assertEquals(04000, bits & 04000, "O_NONBLOCK");
                }
            }
        }
        return found;
    }

    private static FileName numbered(int number) {
        // Octets from 0x80 to 0xFF, which are no UTF-8 in this order.
        byte[] octets = ("m" + number + "....").getBytes(US_ASCII);
        for (int i = 1; i <= 4; i++) {
            octets[octets.length - i] = (byte) (0xFF - number % 100 - i);
        }
        return FileName.of(octets);
    }

    @Test
    void manyNamesOfAnyOctetsAreListedOnceInPages() throws IOException {
        Set<FileName> expected = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            FileName name = numbered(i);
            directory.create(name, 0600).close();
            expected.add(name);
        }
        Set<FileName> listed = new HashSet<>();
        OptionalLong position = OptionalLong.of(0);
        while (position.isPresent()) {
            NamePage page = directory.list(position.getAsLong());
            assertTrue(page.names().size() <= 1_100, "names: " + page.names().size());
            assertTrue(page.next().isEmpty() || !page.names().isEmpty(), "gets on");
            for (FileName name : page.names()) {
                assertTrue(listed.add(name), "twice: " + name);
            }
            position = page.next();
        }
        assertEquals(expected, listed);
        assertEquals(directory.list(0), directory.list(0), "the first page can be had again");
        for (FileName name : listed) {
            directory.unlink(name);
        }
        assertEquals(0, directory.list(0).names().size());
    }

    @Test
    void renamingNeverReplaces() throws IOException {
        write("file", "one");
        write("other", "two");
        assertErrno(Errno.EEXIST, () -> directory.rename(FILE, directory, OTHER));
        assertEquals("one", Files.readString(temporary.resolve("file")));
        assertEquals("two", Files.readString(temporary.resolve("other")));
    }

    @Test
    void renamingMovesTheSameFile() throws IOException {
        write("file", "one");
        Files.createDirectory(temporary.resolve("there"));
        FileStatus before = directory.status(FILE);
        try (DirectoryHandle there = directory.openDirectory(THERE)) {
            directory.rename(FILE, there, OTHER);
            assertTrue(there.status(OTHER).isSameFile(before));
            there.sync();
        }
        directory.sync();
        assertErrno(Errno.ENOENT, () -> directory.status(FILE));
    }

    @Test
    void unlinkingTakesFilesOnly() throws IOException {
        write("file", "one");
        directory.unlink(FILE);
        assertErrno(Errno.ENOENT, () -> directory.status(FILE));
        Files.createDirectory(temporary.resolve("there"));
        PosixException failed = assertThrows(PosixException.class, () -> directory.unlink(THERE));
        assertTrue(Set.of(Errno.EISDIR, Errno.EPERM).contains(failed.errno()), "" + failed);
        assertTrue(Files.isDirectory(temporary.resolve("there")));
    }

    @Test
    void namesAreOctetsAndMeanOneComponent() throws IOException {
        byte[] octets = {(byte) 0xC3, 0x28, (byte) 0xFF, '\n', '\\', '*'};
        FileName name = FileName.of(octets);
        directory.create(name, 0600).close();
        assertArrayEquals(octets, directory.list(0).names().get(0).octets());
        directory.unlink(name);
    }

    @Test
    void closedIsClosed() throws IOException {
        write("file", "content");
        DirectoryHandle closed = posix().openDirectory(temporary);
        closed.close();
        closed.close();
        assertErrno(Errno.EBADF, closed::status);
        assertErrno(Errno.EBADF, () -> closed.status(FILE));
        assertErrno(Errno.EBADF, () -> closed.open(FILE, OpenMode.READ));
        assertErrno(Errno.EBADF, () -> closed.openDirectory(FILE));
        assertErrno(Errno.EBADF, () -> closed.create(OTHER, 0600));
        assertErrno(Errno.EBADF, () -> closed.createDirectory(OTHER, 0700));
        assertErrno(Errno.EBADF, () -> closed.list(0));
        assertErrno(Errno.EBADF, () -> closed.rename(FILE, directory, OTHER));
        assertErrno(Errno.EBADF, () -> directory.rename(FILE, closed, OTHER));
        assertErrno(Errno.EBADF, () -> closed.unlink(FILE));
        assertErrno(Errno.EBADF, closed::sync);
        assertEquals(FileType.REGULAR, directory.status(FILE).type());
    }
}
