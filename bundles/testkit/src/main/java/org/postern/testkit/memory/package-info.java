/**
 * Mail storage in memory that behaves like files on Linux where that matters (identity, times in
 * nanoseconds, both lock families, positional I/O on descriptors) and fails on purpose: at a chosen
 * call, with a chosen error, half-way through a write, or by being killed.
 *
 * <p>Threads: one at a time for everything that shares a {@link
 * org.postern.testkit.memory.MemoryFiles}. Nulls are neither taken nor given. Nothing here waits;
 * time passes only when a test moves the {@link org.postern.testkit.memory.ManualClock}.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.memory;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
