/**
 * Runs Postern and other servers side by side, on the same mail and the same hashes, and says how
 * they compare.
 */
package org.postern.benchmarks.suite;
