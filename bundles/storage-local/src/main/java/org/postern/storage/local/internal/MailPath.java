package org.postern.storage.local.internal;

import java.util.List;
import java.util.Optional;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileName;
import org.postern.api.storage.StorageException;

/**
 * The way from an open base down to a directory, gone one component at a time when it is first
 * needed and again until it has led there: a directory that does not exist yet is no error, the
 * first delivery makes it.
 */
final class MailPath implements AutoCloseable {
    private final DirectoryHandle base;
    private final List<FileName> components;
    private Optional<DirectoryHandle> end = Optional.empty();

    /** Takes over the base, open; it is closed as soon as it is no longer needed. */
    MailPath(DirectoryHandle base, List<FileName> components) {
        this.base = base;
        this.components = components;
    }

    /** The directory at the end; stays this path's to close. */
    DirectoryHandle directory() throws StorageException {
        if (end.isEmpty()) {
            DirectoryHandle found = walk();
            end = Optional.of(found);
            if (found != base) {
                base.close();
            }
        }
        return end.get();
    }

    private DirectoryHandle walk() throws StorageException {
        DirectoryHandle here = base;
        try {
            for (FileName component : components) {
                DirectoryHandle next =
                        Failures.openDirectory(here, component, "a directory of the mail's path");
                closeUnlessBase(here);
                here = next;
            }
            DirectoryHandle found = here;
            here = base;
            return found;
        } finally {
            closeUnlessBase(here);
        }
    }

    private void closeUnlessBase(DirectoryHandle directory) {
        if (directory != base) {
            directory.close();
        }
    }

    @Override
    public void close() {
        end.ifPresent(DirectoryHandle::close);
        base.close();
    }
}
