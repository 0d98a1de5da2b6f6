/**
 * A load driver for POP3 servers: blocking sockets, one thread a client, no library. What a number
 * means is said where it is measured.
 */
package org.postern.benchmarks.load;
