package org.postern.sasl.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;

/** The operating system, loaded once. */
final class RealPosix {
    static final Posix INSTANCE = open();

    private RealPosix() {}

    private static Posix open() {
        try {
            return NativePosix.open(Path.of("target", "native").toAbsolutePath());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
