package org.postern.startup.check.internal;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.postern.startup.check.internal.Findings.Kind;

/**
 * Where things are: in Karaf's system properties, and in the files of etc/, which are read here as
 * they stand, so that it does not matter which bundle has started and read its own.
 */
final class Places {
    private static final String USERS_PID = "org.postern.auth.virtual";
    private static final String HELPER_PID = "org.postern.helper";
    private static final String OURS = "org.postern.";
    private static final String CFG = ".cfg";
    private static final List<String> NAMES_A_SECRET = List.of("privatekey", "secretfile");
    private static final String DEFAULT_SOCKET = "/run/postern/helper.sock";

    private final FileView files;
    private final UnaryOperator<String> property;
    private final Findings findings;
    private final Accounts accounts;

    /**
     * @param property a system property, or null
     */
    Places(FileView files, UnaryOperator<String> property, Findings findings, Accounts accounts) {
        this.files = files;
        this.property = property;
        this.findings = findings;
        this.accounts = accounts;
    }

    /** One of Karaf's directories. */
    Optional<Path> directory(String name) {
        String value = property.apply(name);
        return value == null || value.isBlank() ? Optional.empty() : path(value, Path.of("/"));
    }

    /** A configuration's file, read; empty without one. */
    Map<String, String> configuration(Path etc, String pid) {
        return read(etc.resolve(pid + CFG));
    }

    /** Files whose content nobody else may know. */
    List<Path> secrets(Path etc) {
        List<Path> secrets = new ArrayList<>();
        String users = configuration(etc, USERS_PID).getOrDefault("users", "");
        path(users.isBlank() ? "users" : users, etc).ifPresent(secrets::add);
        for (Path file : ours(etc)) {
            read(file)
                    .forEach(
                            (key, value) -> {
                                if (namesSecret(key) && !value.isBlank()) {
                                    path(value, etc).ifPresent(secrets::add);
                                }
                            });
        }
        return secrets;
    }

    private static boolean namesSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return NAMES_A_SECRET.stream().anyMatch(lower::contains);
    }

    /** The helper's socket, where its client is configured. */
    Optional<Path> helperSocket(Path etc) {
        Path file = etc.resolve(HELPER_PID + CFG);
        if (!ours(etc).contains(file)) {
            return Optional.empty();
        }
        String socket = read(file).getOrDefault("socket", "");
        return path(socket.isBlank() ? DEFAULT_SOCKET : socket, etc);
    }

    private List<Path> ours(Path etc) {
        try {
            return files.list(etc).stream()
                    .filter(file -> file.getFileName().toString().startsWith(OURS))
                    .filter(file -> file.getFileName().toString().endsWith(CFG))
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(String.join("\n", files.lines(file))));
        } catch (NoSuchFileException missing) {
            return Map.of();
        } catch (AccessDeniedException denied) {
            // Not chown: a server that is taken over must not write its own configuration.
            String word = Findings.word(file);
            findings.addWhole(
                    Kind.OTHER,
                    file,
                    "cannot be read by the server",
                    "chgrp " + accounts.ownGroup() + " " + word + " && chmod g+r " + word);
        } catch (IOException | IllegalArgumentException unreadable) {
            findings.add(
                    Kind.OTHER,
                    file,
                    "cannot be read (" + unreadable.getClass().getName() + ")",
                    "ls -l");
        }
        Map<String, String> values = new HashMap<>();
        for (String key : properties.stringPropertyNames()) {
            values.put(key, expanded(properties.getProperty(key).trim()));
        }
        return values;
    }

    // As Karaf's file installer does for system properties; what is not known stays.
    private String expanded(String text) {
        StringBuilder expanded = new StringBuilder();
        int from = 0;
        for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", from)) {
            int close = text.indexOf('}', open);
            String value = close < 0 ? null : property.apply(text.substring(open + 2, close));
            if (value == null) {
                break;
            }
            expanded.append(text, from, open).append(value);
            from = close + 1;
        }
        return expanded.append(text.substring(from)).toString();
    }

    private static Optional<Path> path(String text, Path base) {
        try {
            return Optional.of(base.resolve(text));
        } catch (InvalidPathException impossible) {
            return Optional.empty();
        }
    }
}
