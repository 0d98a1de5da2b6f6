package org.postern.api.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One configuration's values, read key by key. A bad value is noted as a problem and its default
 * returned, so that one reading finds all problems; a key that nobody asked for is a problem too.
 */
public final class Settings {
    private static final String FILE_KEY = "felix.fileinstall.filename";
    private static final int SHOWN = 80;

    private final String file;
    private final Map<String, ?> properties;
    private final Set<String> asked = new HashSet<>();
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    private Settings(String file, Map<String, ?> properties) {
        this.file = file;
        this.properties = properties;
    }

    /**
     * @param pid names the file where the properties do not
     * @param properties as Configuration Admin or Declarative Services give them
     */
    public static Settings of(String pid, Map<String, ?> properties) {
        Object source = properties.get(FILE_KEY);
        String file = pid + ".cfg";
        if (source != null) {
            String path = source.toString();
            file = path.substring(path.lastIndexOf('/') + 1);
        }
        return new Settings(file, properties);
    }

    /** The name of the file that these come from. */
    public String file() {
        return file;
    }

    /** Trimmed text; an absent or empty value is the default. */
    public String text(String key, String defaultValue) {
        String value = raw(key);
        return value.isEmpty() ? defaultValue : value;
    }

    /** A whole number in ASCII decimal digits. */
    public int integer(String key, int defaultValue, int least, int most) {
        return (int) number(key, defaultValue, least, most);
    }

    /** A whole number in ASCII decimal digits. */
    public long number(String key, long defaultValue, long least, long most) {
        return number(key, defaultValue, "wants a whole number", least, most);
    }

    /** A whole number of seconds. */
    public Duration seconds(String key, int defaultValue, int least, int most) {
        return Duration.ofSeconds(
                number(key, defaultValue, "wants a whole number of seconds", least, most));
    }

    private long number(String key, long defaultValue, String wanted, long least, long most) {
        return parsed(
                key,
                defaultValue,
                wanted + " from " + least + " to " + most,
                text -> {
                    requireDecimal(text);
                    long number = Long.parseLong(text);
                    if (number < least || number > most) {
                        throw new IllegalArgumentException();
                    }
                    return number;
                });
    }

    // Long.parseLong takes a plus sign and the digits of every script.
    private static void requireDecimal(String text) {
        for (int i = text.startsWith("-") ? 1 : 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw new NumberFormatException();
            }
        }
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean defaultValue) {
        return parsed(
                key,
                defaultValue,
                "wants true or false",
                text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException();
                        });
    }

    /** One of an enum's constants, written in lower case. */
    public <E extends Enum<E>> E choice(String key, E defaultValue) {
        Class<E> type = defaultValue.getDeclaringClass();
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            names.add(constant.name().toLowerCase(Locale.ROOT));
        }
        return parsed(
                key,
                defaultValue,
                "wants one of " + String.join(", ", names),
                text -> type.getEnumConstants()[indexOf(names, text)]);
    }

    /**
     * Values divided by commas, trimmed, empty ones left out; an absent or empty value is the
     * default.
     */
    public List<String> list(String key, List<String> defaultValue) {
        String value = raw(key);
        if (value.isEmpty()) {
            return defaultValue;
        }
        List<String> parts = new ArrayList<>();
        for (int from = 0; from <= value.length(); ) {
            int comma = value.indexOf(',', from);
            int to = comma < 0 ? value.length() : comma;
            String part = value.substring(from, to).trim();
            if (!part.isEmpty()) {
                parts.add(part);
            }
            from = to + 1;
        }
        return List.copyOf(parts);
    }

    /**
     * A value of any form.
     *
     * @param remedy what would be right, as in "wants ..."
     * @param parser throws IllegalArgumentException (NumberFormatException is one) when it is not
     */
    public <T> T parsed(String key, T defaultValue, String remedy, Function<String, T> parser) {
        String value = raw(key);
        if (value.isEmpty()) {
            return defaultValue;
        }
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException bad) {
            refuse(key, remedy);
            return defaultValue;
        }
    }

    /**
     * The absolute path of a file, normalized; an absent or empty value is none.
     *
     * @param remedy what would be right, as in "wants the absolute path of ..."
     */
    public Optional<Path> file(String key, String remedy) {
        return parsed(
                key,
                Optional.empty(),
                remedy,
                text -> {
                    // An InvalidPathException is an IllegalArgumentException.
                    Path path = Path.of(text).normalize();
                    if (!path.isAbsolute() || path.getFileName() == null) {
                        throw new IllegalArgumentException();
                    }
                    return Optional.of(path);
                });
    }

    /** As {@link #file}, of a file that there has to be: no value is a problem too. */
    public Path requiredFile(String key, String remedy) {
        if (raw(key).isEmpty()) {
            refuse(key, remedy);
        }
        return file(key, remedy).orElse(Path.of(""));
    }

    /** Notes a problem with a key's value that only its reader can see. */
    public void refuse(String key, String remedy) {
        problems.add(new ConfigurationProblem(file, key, shown(raw(key)), remedy));
    }

    /** All problems, with those of unknown keys; called after every key was read. */
    List<ConfigurationProblem> problems() {
        List<ConfigurationProblem> all = new ArrayList<>(problems);
        for (String key : properties.keySet()) {
            if (!asked.contains(key) && !isContainers(key)) {
                all.add(
                        new ConfigurationProblem(
                                file,
                                shown(key),
                                shown(raw(key)),
                                "is not a key of this file: remove the line"));
            }
        }
        return List.copyOf(all);
    }

    private String raw(String key) {
        asked.add(key);
        Object value = properties.get(key);
        return value == null ? "" : value.toString().trim();
    }

    // Keys that fileinstall, Configuration Admin, Declarative Services and Karaf's features add.
    private static boolean isContainers(String key) {
        return key.startsWith("service.")
                || key.startsWith("component.")
                || key.startsWith("felix.")
                || key.startsWith("org.apache.karaf.")
                || key.startsWith(".")
                || key.equals("objectClass")
                || key.endsWith(".target")
                || key.startsWith("osgi.ds.")
                || key.startsWith("postern.");
    }

    private static int indexOf(List<String> names, String name) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException();
        }
        return index;
    }

    private static String shown(String value) {
        StringBuilder text = new StringBuilder();
        value.codePoints()
                .limit(SHOWN)
                .forEach(
                        c -> text.appendCodePoint(Character.isISOControl(c) || c == '"' ? '?' : c));
        return text.toString();
    }
}
