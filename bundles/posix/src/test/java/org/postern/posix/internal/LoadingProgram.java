package org.postern.posix.internal;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Opens the operating system as often as told, each time from a new class loader as a container
 * does, and prints what of jffi is mapped, whatever it is called. Knows nothing of jnr itself.
 */
final class LoadingProgram {
    private LoadingProgram() {}

    public static void main(String[] arguments) throws Exception {
        Properties before = (Properties) System.getProperties().clone();
        List<URLClassLoader> bundles = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            URLClassLoader bundle =
                    new URLClassLoader(urls(arguments[0]), ClassLoader.getPlatformClassLoader());
            Object posix =
                    bundle.loadClass("org.postern.posix.NativePosix")
                            .getMethod("open", Path.class)
                            .invoke(null, Path.of(arguments[1]));
            Class<?> contract = bundle.loadClass("org.postern.api.posix.Posix");
            contract.getMethod("coarseClockNanos").invoke(posix);
            bundles.add(bundle);
        }
        if (!System.getProperties().equals(before)) {
            throw new IllegalStateException("system properties were changed");
        }
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("jffi"))
                .map(line -> line.substring(line.indexOf('/')))
                .distinct()
                .forEach(System.out::println);
        for (URLClassLoader bundle : bundles) {
            bundle.close();
        }
    }

    private static URL[] urls(String classPath) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            urls.add(new File(entry).toURI().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
