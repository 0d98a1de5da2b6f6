package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.postern.api.data.OwnDirectory;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what the messages of an mbox are numbered from. It stands in the mailbox's first
 * message alone; when a client deletes that one, the ids of all others must stay. In a directory of
 * the server's own, one file of a few octets for each mailbox file, named by device and inode.
 *
 * <p>What cannot be read or written there is left out, with a line in the log: ids are then right
 * for as long as the first message is there. What a mailbox itself says comes before it, so an
 * inode that is another mailbox's by now does no harm. Safe for any number of threads.
 */
final class ImapBases {
    static final String DIRECTORY = "mbox-imapbase";

    /**
     * Mailboxes that are remembered. Whoever can replace his own mailbox can make one more at each
     * login: that must not fill the disk.
     */
    static final int MOST = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(ImapBases.class);
    private static final int LONGEST = 64;

    private final Posix posix;
    private final Optional<Path> data;
    private final int most;
    private OptionalLong count = OptionalLong.empty();
    private boolean complained;

    /**
     * @param data the server's data directory; without it nothing is remembered
     */
    ImapBases(Posix posix, Optional<Path> data) {
        this(posix, data, MOST);
    }

    ImapBases(Posix posix, Optional<Path> data, int most) {
        this.posix = posix;
        this.data = data;
        this.most = most;
    }

    /** What is remembered of a mailbox file. */
    synchronized Optional<ImapBase> find(FileStatus mailbox) {
        if (data.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryHandle there = OwnDirectory.open(posix, data.get(), DIRECTORY)) {
            return read(there, OwnDirectory.name(mailbox));
        } catch (PosixException failed) {
            complain(failed.getMessage());
            return Optional.empty();
        }
    }

    /** Remembers what a mailbox file says now. */
    synchronized void keep(FileStatus mailbox, ImapBase base) {
        if (data.isEmpty()) {
            return;
        }
        try (DirectoryHandle there = OwnDirectory.open(posix, data.get(), DIRECTORY)) {
            FileName name = OwnDirectory.name(mailbox);
            Optional<ImapBase> before = read(there, name);
            if (before.isEmpty() && !hasRoom(there)) {
                complain("it has " + most + " files, and no more are made");
            } else if (!before.equals(Optional.of(base))) {
                write(there, name, base);
            }
        } catch (PosixException failed) {
            complain(failed.getMessage());
        }
    }

    private Optional<ImapBase> read(DirectoryHandle there, FileName name) throws PosixException {
        try (FileHandle file = there.open(name, OpenMode.READ)) {
            OwnDirectory.requireOwn(posix, file.status(), FileType.REGULAR);
            ByteBuffer octets = ByteBuffer.allocateDirect(LONGEST);
            while (octets.hasRemaining() && file.read(octets, octets.position()) > 0) {
                // To its end.
            }
            byte[] line = new byte[octets.flip().remaining()];
            octets.get(line);
            return parse(line);
        } catch (PosixException failed) {
            if (failed.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private static Optional<ImapBase> parse(byte[] line) {
        for (ImapBase.Writer writer : ImapBase.Writer.values()) {
            String name = writer + " ";
            Numbers numbers = new Numbers(line, name.length(), line.length);
            if (new String(line, StandardCharsets.US_ASCII).startsWith(name)) {
                OptionalLong validity = numbers.next();
                if (validity.orElse(0) == 0 || !numbers.skip(' ')) {
                    return Optional.empty();
                }
                OptionalLong last = numbers.next();
                if (last.isEmpty() || numbers.position() != line.length - 1) {
                    return Optional.empty();
                }
                return Optional.of(new ImapBase(validity.getAsLong(), last.getAsLong(), writer));
            }
        }
        return Optional.empty();
    }

    // Under another name first, so that a crash leaves no half of it.
    private void write(DirectoryHandle there, FileName name, ImapBase base) throws PosixException {
        FileName fresh = OwnDirectory.unfinished(name);
        OwnDirectory.remove(there, fresh);
        String line = base.writer() + " " + base.validity() + " " + base.last() + "\n";
        try (FileHandle file = there.create(fresh, OwnDirectory.PRIVATE_FILE)) {
            ByteBuffer octets = ByteBuffer.allocateDirect(LONGEST);
            octets.put(line.getBytes(StandardCharsets.US_ASCII)).flip();
            file.write(octets, 0);
            file.sync();
        }
        OwnDirectory.remove(there, name);
        there.rename(fresh, there, name);
        there.sync();
    }

    private boolean hasRoom(DirectoryHandle there) throws PosixException {
        if (count.isEmpty()) {
            long files = 0;
            OptionalLong next = OptionalLong.of(0);
            while (next.isPresent()) {
                NamePage page = there.list(next.getAsLong());
                files += page.names().size();
                next = page.next();
            }
            count = OptionalLong.of(files);
        }
        long before = count.getAsLong();
        count = OptionalLong.of(Math.min(before + 1, most));
        return before < most;
    }

    private void complain(String why) {
        if (!complained) {
            complained = true;
            LOG.warn(
                    "{} cannot be used, so messages of mboxes that Dovecot or UW numbered may get"
                            + " other unique-ids when their first message is deleted: {}",
                    data.orElseThrow().resolve(DIRECTORY),
                    why);
        }
    }
}
