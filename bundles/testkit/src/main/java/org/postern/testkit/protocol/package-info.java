/**
 * What every protocol must do, as tests to run ({@link
 * org.postern.testkit.protocol.ProtocolContract}), and what its tests stand on: a connection that
 * moves when a test moves it ({@link org.postern.testkit.protocol.ManualConnection}), and scripted
 * conversations ({@link org.postern.testkit.protocol.Transcript}) that run against it and, word for
 * word, against a server on a socket.
 *
 * <p>Threads: one for each connection and all that is on it, unless stated. Nothing here waits for
 * the time of day but {@link org.postern.testkit.protocol.SocketDialogue}. Nulls are neither taken
 * nor given.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.protocol;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
