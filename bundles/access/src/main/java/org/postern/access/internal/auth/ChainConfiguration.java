package org.postern.access.internal.auth;

import java.util.HashSet;
import java.util.List;
import org.postern.api.config.Settings;

/**
 * What org.postern.auth.cfg says.
 *
 * @param backends names of backends, in the order in which they are asked
 */
record ChainConfiguration(List<String> backends) {
    static final String PID = "org.postern.auth";

    // Each backend may hash for a wrong password; nobody chains more than a few.
    private static final int MAX_BACKENDS = 16;
    private static final int MAX_NAME = 32;

    static ChainConfiguration of(Settings settings) {
        List<String> backends = settings.list("backends", List.of("virtual"));
        if (backends.isEmpty()
                || backends.size() > MAX_BACKENDS
                || new HashSet<>(backends).size() < backends.size()
                || !backends.stream().allMatch(ChainConfiguration::isName)) {
            settings.refuse(
                    "backends",
                    "wants 1 to "
                            + MAX_BACKENDS
                            + " different names of authentication backends in the order in which"
                            + " they are asked, such as virtual, divided by commas");
        }
        return new ChainConfiguration(backends);
    }

    private static boolean isName(String name) {
        return name.length() <= MAX_NAME
                && name.chars()
                        .allMatch(
                                c ->
                                        (c >= 'a' && c <= 'z')
                                                || (c >= '0' && c <= '9')
                                                || c == '-'
                                                || c == '_'
                                                || c == '.');
    }
}
