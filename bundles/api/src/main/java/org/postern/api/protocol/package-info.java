/**
 * What a protocol and the listener that carries its connections are to each other. The listener
 * owns sockets, buffers, timers, threads and encryption; a protocol owns meaning. No network
 * library appears here.
 *
 * <p>Threads: everything of one connection happens on one thread at a time, its event loop: all
 * calls to a {@link org.postern.api.protocol.ProtocolSession}, and all calls by it to its {@link
 * org.postern.api.protocol.Connection} unless stated. It never blocks there; what may block goes to
 * {@link org.postern.api.protocol.Connection#work}. Nulls are neither taken nor given.
 */
@Export
@Version("1.0.0")
package org.postern.api.protocol;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
