package org.postern.benchmarks.load;

/** What STAT says. */
record Stat(long messages, long octets) {}
