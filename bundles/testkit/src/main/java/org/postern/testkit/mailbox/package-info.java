/**
 * What every mailbox format has to do, as tests that an implementation runs: its test class
 * implements {@link org.postern.testkit.mailbox.MailboxFormatContract} and supplies a {@link
 * org.postern.testkit.mailbox.MailboxFixture}.
 *
 * <p>Threads: one for each fixture with everything opened on it. Nulls are neither taken nor given.
 * A test closes what it opens.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.mailbox;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
