package org.postern.storage.local.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileName;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.MailStorageProvider;
import org.postern.api.storage.StorageException;
import org.postern.api.storage.StorageException.Kind;

/**
 * Mail storage on files of this process's own user.
 *
 * <p>The base is the operator's and opened as it is; below it nothing is believed: one component at
 * a time, no link followed, and every file checked on its descriptor. Nothing here says a path: a
 * reason ends up in the log next to the user's name, and that is enough to find the file.
 */
@Component(
        immediate = true,
        service = MailStorageProvider.class,
        property = "postern.storage=local")
public final class LocalMailStorageProvider implements MailStorageProvider {
    private final Posix posix;

    @Activate
    public LocalMailStorageProvider(@Reference Posix posix) {
        this.posix = posix;
    }

    @Override
    public MailStorage open(MailLocation location) throws StorageException {
        List<FileName> components = components(location.path());
        AccountFiles files = new AccountFiles(posix.effectiveUser());
        return switch (location.format()) {
            case LocalMailStorage.MBOX -> {
                if (components.isEmpty()) {
                    throw refused("the location of an mbox names no file");
                }
                int last = components.size() - 1;
                yield LocalMailStorage.mbox(
                        below(location, components.subList(0, last)), files, components.get(last));
            }
            case LocalMailStorage.MAILDIR ->
                    LocalMailStorage.maildir(below(location, components), files);
            default -> throw refused("local storage has no such mailbox format");
        };
    }

    private MailPath below(MailLocation location, List<FileName> components)
            throws StorageException {
        return new MailPath(openBase(location.base()), List.copyOf(components));
    }

    private DirectoryHandle openBase(String base) throws StorageException {
        try {
            Path path = Path.of(base);
            if (!path.isAbsolute()) {
                throw refused("the base directory is not an absolute path");
            }
            return posix.openDirectory(path);
        } catch (PosixException failed) {
            throw new StorageException(
                    Kind.UNAVAILABLE,
                    "the base directory cannot be opened: " + failed.errno(),
                    failed);
        } catch (InvalidPathException malformed) {
            throw new StorageException(
                    Kind.NOT_PERMITTED,
                    "the base directory is not a path of this system",
                    malformed);
        }
    }

    private static List<FileName> components(String path) throws StorageException {
        List<FileName> components = new ArrayList<>();
        if (path.isEmpty()) {
            return components;
        }
        for (String component : path.split("/", -1)) {
            try {
                components.add(FileName.of(component));
            } catch (IllegalArgumentException unfit) {
                throw new StorageException(
                        Kind.NOT_PERMITTED, "the location has an empty or dotted component", unfit);
            }
        }
        return components;
    }

    private static StorageException refused(String reason) {
        return new StorageException(Kind.NOT_PERMITTED, reason);
    }
}
