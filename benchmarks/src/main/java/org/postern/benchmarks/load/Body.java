package org.postern.benchmarks.load;

/**
 * What came of one message.
 *
 * @param octets on the wire, without the dots that stuffing added and without the last line
 * @param stuffed dots that stuffing added
 * @param bareLineFeeds line feeds without a CR before them
 */
record Body(long octets, long stuffed, long bareLineFeeds) {}
