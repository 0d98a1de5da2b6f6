/** What all contracts say of a connection. Values only: any thread; no nulls. */
@Export
@Version("1.0.0")
package org.postern.api.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
