package org.postern.posix;

import java.io.IOException;
import java.nio.file.Path;
import org.postern.api.posix.Posix;
import org.postern.posix.internal.SystemPosix;

/** Opens the operating system without a container, from a flat class path. */
public final class NativePosix {
    private NativePosix() {}

    /**
     * The operating system.
     *
     * @param dataDirectory where the native library is put for the moment that loading it takes;
     *     made if it is missing. It must be writable and not mounted noexec.
     * @throws IOException if native code cannot be loaded; the message says what to do about it
     */
    public static Posix open(Path dataDirectory) throws IOException {
        return new SystemPosix(dataDirectory);
    }
}
