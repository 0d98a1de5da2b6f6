package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.mailbox.OpenedMailbox;

/** What somebody who may write into a Maildir can put there, with the system's own files. */
class LocalMaildirHostileTest {
    private static final byte[] MESSAGE = "Subject: x\n\nx\n".getBytes(ISO_8859_1);

    @TempDir private static Path directory;
    private static Posix posix;

    private LocalMaildir maildir;
    private Path base;

    @BeforeAll
    static void openPosix() throws IOException {
        posix = NativePosix.open(Files.createDirectory(directory.resolve("data")));
    }

    @BeforeEach
    void makeMaildir() throws IOException {
        base = Files.createTempDirectory(directory, "account");
        maildir = new LocalMaildir(posix, base);
        maildir.create();
    }

    @Test
    void whatIsNoPlainFileOfTheAccountIsLeftOut() throws Exception {
        Path outside = Files.write(base.resolve("secret"), MESSAGE);
        Path fresh = maildir.path("new");
        fifo(fresh.resolve("1.fifo"));
        Files.createSymbolicLink(fresh.resolve("2.symlink"), outside);
        Files.createLink(fresh.resolve("3.hardlink"), outside);
        Files.createDirectory(fresh.resolve("4.directory"));
        Files.createSymbolicLink(fresh.resolve("5.dangling"), Path.of("nowhere"));
        Files.write(fresh.resolve(".6.hidden"), MESSAGE);
        Files.write(fresh.resolve("7.message"), MESSAGE);
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(List.of("7.message"), opened.ids());
            BitSet all = new BitSet();
            all.set(0);
            opened.expunge(all);
            opened.finish(opened.mailbox().acknowledge());
        }
        assertArrayEquals(MESSAGE, Files.readAllBytes(outside));
        assertTrue(Files.isSymbolicLink(fresh.resolve("2.symlink")));
    }

    @Test
    void messageExchangedForAFifoOrLinkIsGone() throws Exception {
        Path secret = Files.write(base.resolve("secret"), MESSAGE);
        Path one = Files.write(maildir.path("cur").resolve("1.a:2,"), MESSAGE);
        Path two = Files.write(maildir.path("cur").resolve("2.a:2,"), MESSAGE);
        Path three = Files.write(maildir.path("cur").resolve("3.a:2,"), MESSAGE);
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            Files.delete(one);
            fifo(one);
            Files.delete(two);
            Files.createSymbolicLink(two, secret);
            Files.delete(three);
            Files.createLink(three, secret);
            for (int i = 0; i < 3; i++) {
                assertEquals(Kind.MESSAGE_GONE, opened.fails(opened.mailbox().read(i)));
            }
        }
    }

    @Test
    void namesOfAnyOctetsAreServed() throws Exception {
        List<byte[]> names =
                List.of(
                        "1.line\nfeed\rand\tmore".getBytes(ISO_8859_1),
                        new byte[] {'2', '.', (byte) 0xFF, (byte) 0xFE, (byte) 0xC3},
                        "3.\u001b]0;title\u0007".getBytes(ISO_8859_1),
                        ("4." + "x".repeat(253)).getBytes(ISO_8859_1),
                        "5.\"quoted\" \\ and %s".getBytes(ISO_8859_1));
        for (byte[] name : names) {
            write(name);
        }
        List<String> ids;
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            ids = opened.ids();
            assertEquals(names.size(), Set.copyOf(ids).size());
            for (int i = 0; i < names.size(); i++) {
                assertArrayEquals(MESSAGE, opened.stored(i));
            }
            opened.finish(opened.mailbox().acknowledge());
            for (int i = 0; i < names.size(); i++) {
                assertArrayEquals(MESSAGE, opened.stored(i));
            }
        }
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(ids, opened.ids());
            BitSet all = new BitSet();
            all.set(0, names.size());
            opened.expunge(all);
        }
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            assertEquals(0, opened.snapshot().count());
        }
    }

    @Test
    void contentOfAnyOctetsIsServed() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> junk = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            byte[] content = new byte[random.nextInt(300)];
            random.nextBytes(content);
            junk.add(content);
            maildir.deliver(content);
        }
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            opened.assertHolds(junk);
        } catch (AssertionError failed) {
            throw new AssertionError("seed " + seed, failed);
        }
    }

    @Test
    void fileInTheMaildirsPlaceIsNotPermitted() throws Exception {
        Path account = Files.createTempDirectory(directory, "account");
        Files.write(account.resolve("Maildir"), MESSAGE);
        assertRefused(account, "regular file");
        Files.delete(account.resolve("Maildir"));
        Files.createSymbolicLink(account.resolve("Maildir"), maildir.path("new").getParent());
        assertRefused(account, "symbolic link");
    }

    @Test
    void linkInPlaceOfNewIsNotPermitted() throws Exception {
        Path elsewhere = Files.createDirectory(base.resolve("elsewhere"));
        Files.delete(maildir.path("new"));
        Files.createSymbolicLink(maildir.path("new"), elsewhere);
        assertRefused(base, "symbolic link");
    }

    private static void assertRefused(Path account, String why) {
        MailboxException refused =
                assertThrows(
                        MailboxException.class,
                        () -> OpenedMailbox.open(new LocalMaildir(posix, account)));
        assertEquals(Kind.NOT_PERMITTED, refused.kind());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertFalse(refused.getMessage().contains(account.toString()));
    }

    // Through the system calls: java.nio would encode the name.
    private void write(byte[] name) throws IOException {
        try (DirectoryHandle fresh = posix.openDirectory(maildir.path("new"));
                FileHandle file = fresh.create(FileName.of(name), 0600)) {
            file.write(ByteBuffer.allocateDirect(MESSAGE.length).put(MESSAGE).flip(), 0);
        }
    }

    private static void fifo(Path path) throws IOException, InterruptedException {
        Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertEquals(0, mkfifo.waitFor());
    }
}
