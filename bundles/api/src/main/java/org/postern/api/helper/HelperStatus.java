package org.postern.api.helper;

import java.util.Set;

/**
 * Whether the helper can be asked, as of a moment ago.
 *
 * @param reachable whether it answered and speaks this protocol version
 * @param methods what helper.conf allows; empty if not reachable
 * @param detail one line for the console and the log: where it is, or exactly what is wrong and
 *     what to do about it
 */
public record HelperStatus(boolean reachable, Set<HelperMethod> methods, String detail) {
    public HelperStatus {
        methods = Set.copyOf(methods);
    }
}
