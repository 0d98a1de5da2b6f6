/**
 * Hashing of what somebody else chose, and checksums of what is read and written. Any thread; no
 * nulls.
 */
@Export
@Version("1.0.0")
package org.postern.api.hash;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
