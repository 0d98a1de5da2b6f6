package org.postern.listener.internal;

import java.util.Optional;
import org.postern.api.posix.Posix;
import org.postern.api.posix.Privileges;

/**
 * Invariant I1: no socket is opened by a process with uid 0 or with capabilities. There is no
 * setting that overrides this: whoever breaks into this process must find nothing in it.
 */
final class Privilege {
    private static final String REMEDY =
            ": start it as an ordinary user without capabilities, by bin/postern, the systemd unit"
                    + " or su; ports below 1024 are the helper's (viaHelper = true)";

    private Privilege() {}

    /** Why nothing may be opened, with the remedy; empty if it may. Reads files of /proc. */
    static Optional<String> objection(Posix posix) {
        Privileges held;
        try {
            held = posix.privileges();
        } catch (RuntimeException | LinkageError unreadable) {
            return Optional.of(
                    "the privileges of this process cannot be read ("
                            + unreadable.getClass().getName()
                            + "), so they may be too many"
                            + REMEDY);
        }
        if (held.areNone()) {
            return Optional.empty();
        }
        return Optional.of(
                "this process has privileges (uid real "
                        + held.realUser()
                        + ", effective "
                        + held.effectiveUser()
                        + ", saved "
                        + held.savedUser()
                        + ", file system "
                        + held.fileSystemUser()
                        + "; capabilities inheritable "
                        + Long.toHexString(held.inheritable())
                        + ", permitted "
                        + Long.toHexString(held.permitted())
                        + ", effective "
                        + Long.toHexString(held.effective())
                        + ", ambient "
                        + Long.toHexString(held.ambient())
                        + ")"
                        + REMEDY);
    }
}
