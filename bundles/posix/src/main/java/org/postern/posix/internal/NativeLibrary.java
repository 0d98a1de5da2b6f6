package org.postern.posix.internal;

import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jnr.ffi.LibraryLoader;

/**
 * Loads jffi's native half out of this bundle and binds the C library.
 *
 * <p>Left to itself jffi extracts to /tmp, which a hardened system mounts noexec, and takes its
 * settings from system properties, which are everybody's in this JVM. So the library is put into a
 * fresh private directory of the bundle's own data, loaded from there, and removed: nothing is left
 * to replace or to clean up after a kill, and an updated bundle (another class loader) never meets
 * the file name of the one before, which the JVM would refuse.
 */
final class NativeLibrary {
    private static final String LIBC = "libc.so.6";
    private static final List<String> LIBCRYPT = List.of("libcrypt.so.1", "libcrypt.so.2");
    private static final Map<String, String> SYMBOLS =
            Map.of(
                    "clockGettime", "clock_gettime",
                    "clockGetres", "clock_getres",
                    "cryptR", "crypt_r",
                    "epollCreate1", "epoll_create1",
                    "epollCtl", "epoll_ctl",
                    "epollWait", "epoll_wait");

    // The one mutable static of this bundle: what it describes, a library bound to this class
    // loader, is one per class loader too, and jffi keeps the rest of it in statics.
    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Makes native calls possible.
     *
     * @param dataDirectory writable, not mounted noexec
     */
    static synchronized void load(Path dataDirectory) throws IOException {
        if (loaded) {
            return;
        }
        String file = System.mapLibraryName("jffi-1.2");
        Files.createDirectories(dataDirectory);
        Path directory = Files.createTempDirectory(dataDirectory, "native-");
        Path library = directory.resolve(file);
        try {
            extract("/jni/" + platform() + "/" + file, library);
            load(directory, library);
            loaded = true;
        } finally {
            Files.deleteIfExists(library);
            Files.delete(directory);
        }
    }

    /** The C library, with every function bound. */
    static LibC libC() throws IOException {
        for (Method function : LibC.class.getMethods()) {
            String symbol = SYMBOLS.getOrDefault(function.getName(), function.getName());
            if (Library.getCachedInstance(LIBC, Library.LAZY).getSymbolAddress(symbol) == 0) {
                throw new IOException("this system's C library lacks " + symbol);
            }
        }
        return bind(LibC.class, LIBC);
    }

    /** The crypt library, if this system has one. */
    static Optional<LibCrypt> libCrypt() {
        for (String name : LIBCRYPT) {
            Library library = Library.getCachedInstance(name, Library.LAZY);
            if (library != null && library.getSymbolAddress(SYMBOLS.get("cryptR")) != 0) {
                return Optional.of(bind(LibCrypt.class, name));
            }
        }
        return Optional.empty();
    }

    private static <T> T bind(Class<T> functions, String library) {
        LibraryLoader<T> loader = LibraryLoader.create(functions).failImmediately();
        SYMBOLS.forEach(loader::map);
        return loader.load(library);
    }

    private static String platform() throws IOException {
        String system = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        if (system.equals("Linux")) {
            if (architecture.equals("amd64")) {
                return "x86_64-Linux";
            }
            if (architecture.equals("aarch64")) {
                return "aarch64-Linux";
            }
        }
        throw new IOException(
                "no native code for "
                        + system
                        + " on "
                        + architecture
                        + ": Linux on x86_64 or"
                        + " aarch64 is wanted");
    }

    private static void extract(String resource, Path library) throws IOException {
        try (InputStream stream = NativeLibrary.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException("this bundle lacks " + resource);
            }
            Files.copy(stream, library);
        }
    }

    private static void load(Path directory, Path library) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            // First by this class, so that a failure ends here: jffi would go on to try /tmp.
            System.load(library.toAbsolutePath().toString());
            thread.setContextClassLoader(new BootLoader(directory));
            MemoryIO.getInstance();
        } catch (LinkageError failed) {
            throw new IOException(
                    "native code cannot be loaded from "
                            + directory.getParent()
                            + " (is it mounted noexec?): "
                            + failed.getMessage(),
                    failed);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /**
     * The context class loader while jffi starts: answers the one file that jffi looks for its
     * settings in, and finds this bundle's jffi rather than another one.
     */
    private static final class BootLoader extends ClassLoader {
        private final Path directory;

        BootLoader(Path directory) {
            super(NativeLibrary.class.getClassLoader());
            this.directory = directory;
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            if (!name.equals("boot.properties")) {
                return super.getResourceAsStream(name);
            }
            String path = directory.toAbsolutePath().toString().replace("\\", "\\\\");
            String line = "jffi.boot.library.path=" + path + "\n";
            return new ByteArrayInputStream(line.getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
