/**
 * What Postern needs of the operating system and the Java library does not give: open file
 * descriptions with locks of their own, look-ups that follow no link, nanosecond times, Unix
 * sockets that carry descriptors, crypt(3).
 *
 * <p>Threads: {@link org.postern.api.posix.Posix} may be called by any number of threads; a handle
 * by one thread at a time, but for reading a file and for writing parts of it. Calls may block on
 * the file system and belong on a worker, never on an event loop. Nulls are neither taken nor
 * given. Whoever opened a handle closes it, explicitly: nothing is left to the collector. Every
 * failure is a {@link org.postern.api.posix.PosixException} that carries the errno.
 *
 * <p>The bundle that provides this is not hot-swappable: replacing it drains all sessions first.
 */
@Export
@Version("1.0.0")
package org.postern.api.posix;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
