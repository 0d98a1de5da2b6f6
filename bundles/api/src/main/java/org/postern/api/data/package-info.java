/**
 * What bundles keep in the server's data directory of mailboxes: directories that nobody else can
 * write, and indexes in them that may be lost or damaged at any time.
 *
 * <p>Calls block on the file system and belong on a worker. Nulls are neither taken nor given.
 * Failures are {@link org.postern.api.posix.PosixException}s; an index that fails is as one that is
 * not there.
 */
@Export
@Version("1.0.0")
package org.postern.api.data;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
