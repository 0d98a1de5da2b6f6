package org.postern.api.storage;

import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;

/** One result of a batched open. */
public sealed interface Opened {

    /**
     * It is open for reading.
     *
     * @param handle the caller's to close
     * @param status as it was when it was checked
     */
    record File(FileHandle handle, FileStatus status) implements Opened {}

    /** It is not. */
    record Failed(StorageException.Kind kind) implements Opened {}
}
