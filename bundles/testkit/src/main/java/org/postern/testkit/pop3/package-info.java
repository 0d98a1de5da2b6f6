/**
 * POP3 conversations, and the mailbox that they are about: {@link
 * org.postern.testkit.pop3.Pop3Transcripts} are the same for the state machine in its own build and
 * for a server that is installed. Values only: any thread; no nulls.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.pop3;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
