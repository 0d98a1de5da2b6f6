package org.postern.startup.check.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the check sees of the file system. Every method throws NoSuchFileException for what is not
 * there, and AccessDeniedException for what this process may not see.
 */
interface FileView {

    /** The entry itself, not what a link points to. */
    Entry look(Path path) throws IOException;

    /** What a link says. */
    Path link(Path path) throws IOException;

    /** The entries of a directory, sorted. */
    List<Path> list(Path directory) throws IOException;

    /** A file's lines, in ISO 8859-1. */
    List<String> lines(Path file) throws IOException;

    /**
     * Owner and mode of one entry.
     *
     * @param mode as in st_mode of stat(2), the type in its upper bits
     */
    record Entry(int uid, int gid, int mode) {
        private static final int TYPE = 0170000;
        private static final int DIRECTORY = 0040000;
        private static final int LINK = 0120000;
        private static final int SOCKET = 0140000;
        private static final int STICKY = 01000;

        boolean isDirectory() {
            return (mode & TYPE) == DIRECTORY;
        }

        boolean isLink() {
            return (mode & TYPE) == LINK;
        }

        boolean isSocket() {
            return (mode & TYPE) == SOCKET;
        }

        /** Whether only an entry's owner may rename or remove it. */
        boolean isSticky() {
            return (mode & STICKY) != 0;
        }

        boolean groupMay(int permission) {
            return (mode & permission << 3) != 0;
        }

        boolean othersMay(int permission) {
            return (mode & permission) != 0;
        }
    }
}
