/**
 * Reading an operator's configuration strictly: unknown keys and bad values are refused with file,
 * key, value and remedy, and the last good configuration stays in force.
 *
 * <p>Threads: {@link org.postern.api.config.Settings} is for one thread; {@link
 * org.postern.api.config.LiveConfiguration} for any. Nulls are neither taken nor given.
 */
@Export
@Version("1.0.0")
package org.postern.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
