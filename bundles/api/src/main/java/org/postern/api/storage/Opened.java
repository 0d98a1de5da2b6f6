package org.postern.api.storage;

import org.postern.api.posix.FileHandle;

/** One result of a batched open. */
public sealed interface Opened {

    /** It is open for reading; the handle is the caller's to close. */
    record File(FileHandle handle) implements Opened {}

    /** It is not. */
    record Failed(StorageException.Kind kind) implements Opened {}
}
