/** Octets from elsewhere, read strictly or made fit for people to read. Any thread; no nulls. */
@Export
@Version("1.0.0")
package org.postern.api.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
