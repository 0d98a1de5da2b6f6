package org.postern.api.posix;

/** What a file is opened for. Everything else about opening is fixed by {@link DirectoryHandle}. */
public enum OpenMode {
    READ,
    READ_WRITE
}
