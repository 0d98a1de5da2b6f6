/**
 * How much of Postern anybody gets. A {@link org.postern.api.limits.LimitsPolicy} is a service that
 * can be replaced while the server runs; {@link org.postern.api.limits.Limits} is what listeners
 * and protocols ask, which hands the policy over and answers while there is none.
 *
 * <p>Threads: any, event loops included: nothing here blocks. Nulls are neither taken nor given. A
 * policy's memory is bounded whatever is asked of it.
 */
@Export
@Version("1.0.0")
package org.postern.api.limits;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
