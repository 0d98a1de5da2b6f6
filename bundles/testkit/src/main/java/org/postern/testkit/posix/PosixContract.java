package org.postern.testkit.posix;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileType;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.Privileges;

/** What {@link Posix} itself promises. */
public abstract class PosixContract {
    @TempDir Path temporary;

    /** The implementation under test. */
    public abstract Posix posix() throws IOException;

    static void assertErrno(Errno expected, Executable call) {
        assertEquals(expected, assertThrows(PosixException.class, call).errno());
    }

    @Test
    void effectiveUserOwnsNewFiles() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Privileges privileges = posix().privileges();
        int owner = (int) Files.getAttribute(file, "unix:uid");
        assertEquals(owner, privileges.effectiveUser());
        assertEquals(owner, posix().effectiveUser());
        assertEquals(owner, privileges.fileSystemUser());
        assertTrue(privileges.realUser() != 0 || !privileges.areNone());
    }

    @Test
    void directoryIsOpenedByItsPath() throws Exception {
        Path named = Files.createDirectory(temporary.resolve("a b%41"));
        try (DirectoryHandle directory = posix().openDirectory(named)) {
            assertEquals(FileType.DIRECTORY, directory.status().type());
            assertEquals(Files.getAttribute(named, "unix:ino"), directory.status().inode());
        }
    }

    @Test
    void operatorsPathMayLeadThroughLinks() throws Exception {
        Path real = Files.createDirectory(temporary.resolve("real"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
        try (DirectoryHandle directory = posix().openDirectory(link)) {
            assertEquals(Files.getAttribute(real, "unix:ino"), directory.status().inode());
        }
    }

    @Test
    void onlyAnExistingDirectoryByAnAbsolutePathIsOpened() throws IOException {
        Posix posix = posix();
        Path file = Files.createFile(temporary.resolve("file"));
        Path missing = temporary.resolve("missing");
        assertErrno(Errno.ENOTDIR, () -> posix.openDirectory(file));
        assertErrno(Errno.ENOENT, () -> posix.openDirectory(missing));
        assertThrows(
                IllegalArgumentException.class, () -> posix.openDirectory(Path.of("relative")));
    }

    @Test
    void failureNamesTheErrorAndNoPath() throws IOException {
        Posix posix = posix();
        Path missing = temporary.resolve("missing");
        PosixException failed =
                assertThrows(PosixException.class, () -> posix.openDirectory(missing));
        assertTrue(failed.getMessage().contains("ENOENT"), failed.getMessage());
        assertTrue(!failed.getMessage().contains("missing"), failed.getMessage());
    }

    @Test
    void coarseClockIsTheOneThatStampsFiles() throws IOException {
        Posix posix = posix();
        long tick = posix.coarseTickNanos();
        assertTrue(tick > 0 && tick <= TimeUnit.MILLISECONDS.toNanos(100), "tick " + tick);
        long before = posix.coarseClockNanos();
        try (DirectoryHandle directory =
                posix.openDirectory(Files.createDirectory(temporary.resolve("new")))) {
            long stamp = directory.status().modifiedNanos();
            long after = posix.coarseClockNanos();
            assertTrue(after >= before, "goes on");
            // Since Linux 6.13 a stamp may be finer than the clock, but by less than a tick. Some
            // file systems keep whole seconds.
            assertTrue(stamp <= after + tick, stamp + " after " + after);
            assertTrue(stamp >= before - TimeUnit.SECONDS.toNanos(1), stamp + " before " + before);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static ByteBuffer direct(String text) {
        return ByteBuffer.allocateDirect(text.length()).put(ascii(text)).flip();
    }

    private Optional<String> crypt(String phrase, String setting) throws IOException {
        return posix().crypt(direct(phrase), ascii(setting))
                .map(hash -> new String(hash, US_ASCII));
    }

    @Test
    void cryptKnowsTheSystemsSchemes() throws IOException {
        List<String> hashesOfHelloWorld =
                List.of(
                        "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl"
                                + "/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
                        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.z6PrHbuSsMSSwIGFy1JGevQZf6CqJ1y",
                        "$y$j75$saltsaltsalt$AveudvDy4s0icqxi3BMmlP/jffflguPNiBv7mXp1/3C");
        for (String hash : hashesOfHelloWorld) {
            assertEquals(Optional.of(hash), crypt("Hello world!", hash));
            assertTrue(!crypt("Hello world?", hash).equals(Optional.of(hash)));
        }
    }

    @Test
    void cryptGivesNoFailureTokens() throws IOException {
        for (String setting : List.of("", "*", "*0", "*1", "$nosuch$salt", "$6", "!", "x")) {
            assertEquals(Optional.empty(), crypt("Hello world!", setting), setting);
        }
    }

    @Test
    void cryptRefusesWhatAStringInCCannotHold() throws IOException {
        String setting = "$6$rounds=1000$saltstring";
        assertTrue(crypt("secret", setting).isPresent());
        assertEquals(Optional.empty(), crypt("secret\0", setting));
        assertEquals(Optional.empty(), crypt("\0", setting));
        assertEquals(Optional.empty(), crypt("secret", setting + "\0"));
    }

    @Test
    void cryptLeavesThePhraseToItsOwner() throws IOException {
        ByteBuffer phrase = direct("a secret!").position(2).limit(8);
        byte[] setting = ascii("$6$rounds=1000$saltstring");
        Optional<byte[]> hash = posix().crypt(phrase, setting);
        assertEquals(
                crypt("secret", "$6$rounds=1000$saltstring"),
                hash.map(octets -> new String(octets, US_ASCII)));
        assertEquals("secret", US_ASCII.decode(phrase).toString());
    }
}
