package org.postern.testkit.kill;

import java.util.Locale;

/** What a kill left, before the next session has looked at it. */
enum Trace {
    /** The old mailbox, and nothing begun. */
    OLD,
    /** The old mailbox, and something that says what was to become of it. */
    PLANNED,
    /** Neither the old mailbox nor the new one. */
    TORN,
    /** The new mailbox, but nobody was told. */
    NEW,
    /** The new mailbox, as was told. */
    TOLD;

    /** For a heading. */
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }
}
