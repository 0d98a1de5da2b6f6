/**
 * Real processes that are killed with SIGKILL while they delete messages, and the question what the
 * next one finds. A format's bundle supplies a {@link org.postern.testkit.kill.KilledFormat} and a
 * small program that hands it to {@link org.postern.testkit.kill.VictimProgram}; a {@link
 * org.postern.testkit.kill.KillCampaign} starts that program again and again.
 *
 * <p>Nothing here knows what the storage is: one that is another user's, behind the helper, can be
 * put in its place.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.kill;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
