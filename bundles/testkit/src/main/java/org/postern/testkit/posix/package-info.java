/**
 * The contract of {@link org.postern.api.posix.Posix} and its handles, as tests on real files: an
 * implementation's test extends each class and names the implementation. They need Linux with a
 * proc file system and mkfifo(1), touch(1), ln(1) and flock(1).
 */
@Export
@Version("1.0.0")
package org.postern.testkit.posix;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
