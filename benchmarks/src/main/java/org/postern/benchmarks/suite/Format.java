package org.postern.benchmarks.suite;

/** How mail is kept. */
enum Format {
    MBOX,
    MAILDIR
}
