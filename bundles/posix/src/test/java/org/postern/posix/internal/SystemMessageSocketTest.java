package org.postern.posix.internal;

import java.io.IOException;
import java.nio.file.Path;
import org.postern.api.posix.Posix;
import org.postern.testkit.posix.MessageSocketContract;

final class SystemMessageSocketTest extends MessageSocketContract {
    @Override
    public Posix posix() throws IOException {
        return new SystemPosix(Path.of("target", "posix"));
    }
}
