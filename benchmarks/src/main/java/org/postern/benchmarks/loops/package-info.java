/**
 * The loops that every octet of mail passes through, one by one, by JMH. Those of classes that are
 * nobody else's business are in packages of these classes' names.
 */
package org.postern.benchmarks.loops;
