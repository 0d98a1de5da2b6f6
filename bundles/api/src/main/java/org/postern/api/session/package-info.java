/**
 * Sessions, and the one source of events about them. Log, audit, JMX, metrics and console are
 * listeners of it; nothing else reports what happened.
 *
 * <p>Threads: {@link org.postern.api.session.Sessions} may be called by any thread; a {@link
 * org.postern.api.session.Session} by its connection's thread. Listeners are called on whatever
 * thread an event happens on, event loops included, and must not block; one that throws is logged
 * and skipped. Nulls are neither taken nor given. Events of one session arrive in order, {@code
 * Connected} first and {@code Closed} last.
 */
@Export
@Version("1.0.0")
package org.postern.api.session;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
