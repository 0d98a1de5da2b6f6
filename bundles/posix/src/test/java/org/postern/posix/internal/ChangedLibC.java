package org.postern.posix.internal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import jnr.ffi.Runtime;

/** The C library, but for one function, which does something else. */
final class ChangedLibC {
    /** What it does. */
    interface Change {
        Object call(Object[] arguments, Real real) throws Throwable;
    }

    /** What it would have done. */
    interface Real {
        Object call(Object... arguments) throws Throwable;
    }

    private ChangedLibC() {}

    static LibC with(String function, Change change) throws IOException {
        NativeLibrary.load(Path.of("target", "posix"));
        LibC libC = NativeLibrary.libC();
        return (LibC)
                Proxy.newProxyInstance(
                        LibC.class.getClassLoader(),
                        new Class<?>[] {LibC.class},
                        (proxy, called, arguments) -> {
                            Real real =
                                    others -> {
                                        try {
                                            return called.invoke(libC, others);
                                        } catch (InvocationTargetException failed) {
                                            throw failed.getCause();
                                        }
                                    };
                            return called.getName().equals(function)
                                    ? change.call(arguments, real)
                                    : real.call(arguments);
                        });
    }

    /** As a call that has failed leaves it for {@link Runtime#getLastError}. */
    static void fail(int errno) {
        Runtime.getSystemRuntime().setLastError(errno);
    }
}
