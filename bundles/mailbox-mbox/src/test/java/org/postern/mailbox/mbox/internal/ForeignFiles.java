package org.postern.mailbox.mbox.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.posix.Posix;

/**
 * The system's files, but that those of one type belong to another user: what root sees who has
 * given them away, for tests that may run as anybody.
 */
final class ForeignFiles {
    private ForeignFiles() {}

    static Posix of(Posix system, FileType type) {
        return proxy(Posix.class, system, type);
    }

    private static <T> T proxy(Class<T> of, T real, FileType type) {
        return of.cast(
                Proxy.newProxyInstance(
                        of.getClassLoader(),
                        new Class<?>[] {of},
                        (proxy, method, arguments) -> {
                            try {
                                return seen(method.invoke(real, arguments), type);
                            } catch (InvocationTargetException failed) {
                                throw failed.getCause();
                            }
                        }));
    }

    private static Object seen(Object result, FileType type) {
        if (result instanceof DirectoryHandle directory) {
            return proxy(DirectoryHandle.class, directory, type);
        }
        if (result instanceof FileHandle file) {
            return proxy(FileHandle.class, file, type);
        }
        return result instanceof FileStatus status && status.type() == type
                ? givenAway(status)
                : result;
    }

    private static FileStatus givenAway(FileStatus of) {
        return new FileStatus(
                of.device(),
                of.inode(),
                of.type(),
                of.permissions(),
                of.owner() + 1,
                of.group(),
                of.links(),
                of.size(),
                of.modifiedNanos(),
                of.changedNanos());
    }
}
