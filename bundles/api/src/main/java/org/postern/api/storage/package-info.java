/**
 * A user's mail files, opened with that user's rights, by whatever has those rights: the JVM's own
 * user (storage-local) or the helper's agent. Formats are written against this and do not know
 * which one they have; they never see an absolute path.
 *
 * <p>Threads: one at a time for each storage and all its handles; calls may block and belong on a
 * worker. Nulls are neither taken nor given. Who opened a handle closes it; closing the storage
 * does not close handles that it gave out. Nothing in the files, their names or their metadata is
 * to be trusted: other programs and the user write them at any time.
 */
@Export
@Version("1.0.0")
package org.postern.api.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
