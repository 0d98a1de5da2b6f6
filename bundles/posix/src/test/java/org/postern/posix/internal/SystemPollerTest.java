package org.postern.posix.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.postern.api.posix.Posix;
import org.postern.testkit.posix.SocketPollerContract;

final class SystemPollerTest extends SocketPollerContract {
    @Override
    public Posix posix() throws IOException {
        return new SystemPosix(Path.of("target", "posix"));
    }
}
