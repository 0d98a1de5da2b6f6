package org.postern.posix.internal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import jnr.ffi.Runtime;
import org.postern.api.posix.Posix;
import org.postern.testkit.posix.DirectoryHandleContract;

/** All that a directory promises, on a file system that knows no flag of renameat2, as NFS. */
final class RenamingWithoutFlagsTest extends DirectoryHandleContract {
    private static final int EINVAL = 22;

    @Override
    public Posix posix() throws IOException {
        NativeLibrary.load(Path.of("target", "posix"));
        return new SystemPosix(withoutFlags(NativeLibrary.libC()));
    }

    private static LibC withoutFlags(LibC real) {
        return (LibC)
                Proxy.newProxyInstance(
                        LibC.class.getClassLoader(),
                        new Class<?>[] {LibC.class},
                        (proxy, function, arguments) -> {
                            if (function.getName().equals("renameat2") && (int) arguments[4] != 0) {
                                Runtime.getSystemRuntime().setLastError(EINVAL);
                                return -1;
                            }
                            try {
                                return function.invoke(real, arguments);
                            } catch (InvocationTargetException failed) {
                                throw failed.getCause();
                            }
                        });
    }
}
