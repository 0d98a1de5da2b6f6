package org.postern.helper.client.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.postern.api.auth.queue.CheckBounds;
import org.postern.api.config.Settings;

/**
 * org.postern.helper.cfg, parsed. The reasons of the defaults are in that file.
 *
 * @param socket where the helper listens
 * @param checks how many logins are under way at the helper, and how many wait for it
 */
record HelperSettings(Path socket, CheckBounds checks) {
    static final String SOCKET = "/run/postern/helper.sock";
    static final int CHECKS = 256;
    static final int CHECKS_WAITING = 1_024;

    // The helper's own maxSessions goes as far.
    private static final int MOST_CHECKS = 20_000;
    // Each keeps a connection, which "maxSessions" of org.postern.limits bounds as well.
    private static final int MOST_WAITING = 100_000;
    // sun_path with its NUL has 108 octets.
    private static final int LONGEST = 107;
    private static final String REMEDY =
            "wants the absolute path of the helper's socket, of at most 107 octets";

    static HelperSettings read(Settings settings) {
        return new HelperSettings(
                settings.parsed("socket", Path.of(SOCKET), REMEDY, HelperSettings::path),
                new CheckBounds(
                        settings.integer("checks", CHECKS, 1, MOST_CHECKS),
                        settings.integer("checksWaiting", CHECKS_WAITING, 2, MOST_WAITING)));
    }

    private static Path path(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute() && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
                return path;
            }
        } catch (InvalidPathException notOne) {
            // Refused like a relative one.
        }
        throw new IllegalArgumentException();
    }
}
