package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.OpenMode;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;

/**
 * The key of the salts that names without a verifier are given. It is made once and kept: salts
 * that changed with a restart would tell which of them are not real. Who can read it can tell too.
 */
final class SaltKeyFile {
    /** As long as the digest that it is used with. */
    static final int LENGTH = 32;

    private static final int OWNER_ALONE = 0600;
    private static final int OTHERS = 0077;

    private final Posix posix;
    private final Path path;
    private final SecureRandom random;

    /**
     * @param path absolute
     */
    SaltKeyFile(Posix posix, Path path, SecureRandom random) {
        this.posix = posix;
        this.path = path;
        this.random = random;
    }

    /**
     * Reads the key, or makes it if there is none yet.
     *
     * @throws SaltKeyProblem with what is wrong and what to do
     */
    byte[] read() throws SaltKeyProblem {
        FileName name = FileName.of(path.getFileName().toString());
        try (DirectoryHandle directory = posix.openDirectory(path.getParent())) {
            try {
                return read(directory, name);
            } catch (PosixException none) {
                if (none.errno() != Errno.ENOENT) {
                    throw none;
                }
                make(directory, name);
                return read(directory, name);
            }
        } catch (PosixException failed) {
            throw new SaltKeyProblem(
                    path + ": " + failed.getMessage() + ": let the server's user read and write it",
                    failed);
        }
    }

    private byte[] read(DirectoryHandle directory, FileName name)
            throws PosixException, SaltKeyProblem {
        try (FileHandle file = directory.open(name, OpenMode.READ)) {
            requireFit(file.status());
            ByteBuffer octets = ByteBuffer.allocateDirect(LENGTH);
            int read = 0;
            while (octets.hasRemaining() && read >= 0) {
                read = file.read(octets, octets.position());
            }
            if (octets.hasRemaining()) {
                throw unfit("is not whole: remove it, and another one is made");
            }
            byte[] key = new byte[LENGTH];
            octets.get(0, key);
            return key;
        }
    }

    private void requireFit(FileStatus status) throws SaltKeyProblem {
        long user = posix.privileges().effectiveUser();
        if (status.type() != FileType.REGULAR) {
            throw unfit("is not a regular file");
        }
        if (status.owner() != user && status.owner() != 0) {
            throw unfit("belongs to uid " + status.owner() + ": chown it to uid " + user);
        }
        if ((status.permissions() & OTHERS) != 0) {
            throw unfit("can be read or changed by others: chmod 600 " + path);
        }
        if (status.size() != LENGTH) {
            throw unfit("has not " + LENGTH + " octets: remove it, and another one is made");
        }
    }

    // Under another name first, so that a crash leaves no half of a key. A rename does not replace:
    // of two that begin at once the second one uses the first one's.
    private void make(DirectoryHandle directory, FileName name) throws PosixException {
        FileName fresh =
                FileName.of("." + path.getFileName() + "." + Long.toHexString(random.nextLong()));
        byte[] key = new byte[LENGTH];
        random.nextBytes(key);
        try (FileHandle file = directory.create(fresh, OWNER_ALONE)) {
            ByteBuffer octets = ByteBuffer.allocateDirect(LENGTH).put(key).flip();
            file.write(octets, 0);
            file.sync();
        }
        try {
            directory.rename(fresh, directory, name);
            directory.sync();
        } catch (PosixException taken) {
            directory.unlink(fresh);
            if (taken.errno() != Errno.EEXIST) {
                throw taken;
            }
        }
    }

    private SaltKeyProblem unfit(String what) {
        return new SaltKeyProblem(path + " " + what, null);
    }
}
