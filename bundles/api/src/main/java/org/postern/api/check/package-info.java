/**
 * A look at the files that this process trusts, as an attacker on the same machine would look at
 * them, before a port is opened.
 *
 * <p>Threads: any. Nulls are neither taken nor given. Nothing is held between two looks, so nothing
 * has to be closed; what was mended in between is no longer found.
 */
@Export
@Version("1.0.0")
package org.postern.api.check;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
