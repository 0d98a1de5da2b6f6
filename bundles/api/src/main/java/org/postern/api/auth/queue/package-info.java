/**
 * Whose password is checked next. Backends that check only so many at once let {@link
 * org.postern.api.auth.queue.CheckQueue} say which, so that whoever guesses, from one source or
 * from a thousand, keeps nobody else waiting.
 *
 * <p>Threads: any; what is called back must not block. No nulls. Memory is bounded whoever asks.
 */
@Export
@Version("1.0.0")
package org.postern.api.auth.queue;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
