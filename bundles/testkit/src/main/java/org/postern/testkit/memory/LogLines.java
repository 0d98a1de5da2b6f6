package org.postern.testkit.memory;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

/** The lines that are logged for an operator. */
public final class LogLines {
    private static final List<String> LEVELS = List.of("info", "warn", "error");

    private final List<String> lines = new ArrayList<>();
    private final Logger logger =
            (Logger)
                    Proxy.newProxyInstance(
                            Logger.class.getClassLoader(),
                            new Class<?>[] {Logger.class},
                            (proxy, method, arguments) -> {
                                if (!LEVELS.contains(method.getName())) {
                                    throw new UnsupportedOperationException(method.getName());
                                }
                                lines.add(method.getName() + " " + text(arguments));
                                return null;
                            });

    /** Takes them. */
    public Logger logger() {
        return logger;
    }

    /** Those since this was asked for last. */
    public List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    private static String text(Object[] arguments) {
        Object[] values =
                arguments.length == 2 && arguments[1] instanceof Object[] several
                        ? several
                        : Arrays.copyOfRange(arguments, 1, arguments.length);
        return MessageFormatter.arrayFormat((String) arguments[0], values).getMessage();
    }
}
