package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** A shell's session whose output is kept, and a registry of services that counts their use. */
final class FakeConsole {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream printer = new PrintStream(output, true, StandardCharsets.UTF_8);
    private final List<Registered> registry = new ArrayList<>();
    private Optional<String> typed = Optional.empty();
    private int inUse;

    private record Registered(ServiceReference<?> reference, Class<?> type, Object service) {}

    private interface Calls {
        Object on(String method, Object[] arguments);
    }

    /** Registers a service; of two, the one that was registered first has the higher ranking. */
    <T> FakeConsole with(Class<T> type, T service) {
        return with(type, service, Map.of());
    }

    <T> FakeConsole with(Class<T> type, T service, Map<String, ?> properties) {
        int ranking = -registry.size();
        ServiceReference<?> reference =
                fake(
                        ServiceReference.class,
                        (method, arguments) ->
                                switch (method) {
                                    case "getProperty" -> properties.get((String) arguments[0]);
                                    case "compareTo" ->
                                            Integer.compare(ranking, ranking(arguments[0]));
                                    case "hashCode" -> ranking;
                                    default -> throw new AssertionError(method);
                                });
        registry.add(new Registered(reference, type, service));
        return this;
    }

    /** A service that is listed, and gone when it is asked for. */
    <T> FakeConsole withVanished(Class<T> type) {
        return with(type, null);
    }

    Session session() {
        return fake(
                Session.class,
                (method, arguments) -> {
                    if (!method.equals("readLine")) {
                        return printer;
                    }
                    // As Karaf's session without a terminal does.
                    return typed.orElseThrow(UnsupportedOperationException::new);
                });
    }

    /** What is typed when it is asked for. */
    FakeConsole typing(String line) {
        typed = Optional.of(line);
        return this;
    }

    BundleContext context() {
        return fake(
                BundleContext.class,
                (method, arguments) ->
                        switch (method) {
                            case "getServiceReferences" -> references((Class<?>) arguments[0]);
                            case "getService" -> use(arguments[0]);
                            case "ungetService" -> --inUse >= 0;
                            default -> throw new AssertionError(method);
                        });
    }

    /** A command line with the cursor after this word. */
    static CommandLine line(String word) {
        return fake(
                CommandLine.class,
                (method, arguments) ->
                        switch (method) {
                            case "getCursorArgument" -> word;
                            case "getArgumentPosition", "getBufferPosition" -> word.length();
                            default -> throw new AssertionError(method);
                        });
    }

    /** What was printed so far, and that no service is held. */
    String printed() {
        assertEquals(0, inUse, "services in use");
        return output.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return printed().lines().toList();
    }

    private List<ServiceReference<?>> references(Class<?> type) {
        List<ServiceReference<?>> found = new ArrayList<>();
        // Worst ranking first: order is the caller's work.
        for (Registered registered : registry) {
            if (registered.type() == type) {
                found.add(0, registered.reference());
            }
        }
        return found;
    }

    private Object use(Object reference) {
        Object service = registry.get(-ranking(reference)).service();
        if (service != null) {
            inUse++;
        }
        return service;
    }

    private int ranking(Object reference) {
        for (int i = 0; i < registry.size(); i++) {
            if (registry.get(i).reference() == reference) {
                return -i;
            }
        }
        throw new AssertionError("an unknown reference");
    }

    private static <T> T fake(Class<T> type, Calls calls) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> calls.on(method.getName(), arguments)));
    }
}
