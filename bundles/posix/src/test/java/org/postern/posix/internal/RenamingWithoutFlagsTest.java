package org.postern.posix.internal;

import java.io.IOException;
import org.postern.api.posix.Posix;
import org.postern.testkit.posix.DirectoryHandleContract;

/** All that a directory promises, on a file system that knows no flag of renameat2, as NFS. */
final class RenamingWithoutFlagsTest extends DirectoryHandleContract {
    private static final int EINVAL = 22;

    @Override
    public Posix posix() throws IOException {
        return new SystemPosix(
                ChangedLibC.with(
                        "renameat2",
                        (arguments, real) -> {
                            if ((int) arguments[4] != 0) {
                                ChangedLibC.fail(EINVAL);
                                return -1;
                            }
                            return real.call(arguments);
                        }));
    }
}
