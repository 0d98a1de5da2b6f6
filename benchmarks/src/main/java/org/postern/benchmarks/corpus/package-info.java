/**
 * Mail that is nobody's: the same octets every time, in the sizes and shapes that real mail has.
 */
package org.postern.benchmarks.corpus;
