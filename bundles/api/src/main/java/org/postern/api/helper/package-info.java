/**
 * The privileged helper as the JVM sees it: who checks the passwords of system users, becomes that
 * user, and hands out that user's mail files and the listening sockets.
 *
 * <p>Threads: any. Nulls are neither taken nor given. The helper is a separate program and may be
 * away or come back at any time; nothing it says is trusted before it has been checked, and nothing
 * here throws because of what it sends.
 */
@Export
@Version("1.0.0")
package org.postern.api.helper;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
