package org.postern.listener.internal;

/** What becomes of a listener while the startup check finds something. */
enum StartupMode {
    /** It stays closed. */
    ENFORCE,
    /** It opens, and the log warns. */
    WARN
}
