package org.postern.mailbox.mbox.internal;

/** Whoever helps a worker to scan or to rewrite a large mailbox. */
@FunctionalInterface
interface ScanAides {
    /** Nobody does. */
    ScanAides NONE = task -> false;

    /** Runs something beside the caller. False if nobody is free: it will not run then. */
    boolean lend(Runnable task);
}
