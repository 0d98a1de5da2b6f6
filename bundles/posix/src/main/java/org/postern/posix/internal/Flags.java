package org.postern.posix.internal;

import jnr.constants.platform.OpenFlags;

/** Numbers of Linux's headers; those that differ between architectures come from jnr-constants. */
final class Flags {
    /** What every open has: no wait for a FIFO's other end, no controlling terminal, no leak. */
    private static final int ALWAYS =
            flag(OpenFlags.O_NONBLOCK) | flag(OpenFlags.O_NOCTTY) | flag(OpenFlags.O_CLOEXEC);

    /** For the operator's own paths: links are followed. */
    static final int OPERATORS_DIRECTORY = ALWAYS | flag(OpenFlags.O_DIRECTORY);

    static final int DIRECTORY = OPERATORS_DIRECTORY | flag(OpenFlags.O_NOFOLLOW);
    static final int READ = ALWAYS | flag(OpenFlags.O_NOFOLLOW);
    static final int READ_WRITE = READ | flag(OpenFlags.O_RDWR);
    static final int CREATE = READ_WRITE | flag(OpenFlags.O_CREAT) | flag(OpenFlags.O_EXCL);

    static final int AT_EMPTY_PATH = 0x1000;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int F_OFD_SETLK = 37;
    static final int RWF_NOWAIT = 8;
    static final int RENAME_NOREPLACE = 1;
    static final int CLOCK_REALTIME_COARSE = 5;

    private Flags() {}

    // jnr-constants gives made-up numbers for what a platform lacks.
    private static int flag(OpenFlags name) {
        if (!name.defined()) {
            throw new IllegalStateException(name + " is not known for this platform");
        }
        return name.intValue();
    }
}
