/**
 * Who are you: authentication backends, the chain that asks them, and what an accepted login gives.
 *
 * <p>A backend is an {@link org.postern.api.auth.Authenticator} service with the property {@value
 * org.postern.api.auth.Authenticator#NAME}. It answers asynchronously, so that one which waits
 * costs no thread of its caller. {@link org.postern.api.auth.Authentication} is the chain over them
 * that protocols ask. {@link org.postern.api.auth.AccountLookup} is the port for mechanisms in
 * which no password arrives (SCRAM, tokens, certificates).
 *
 * <p>Threads: any; stages complete on a thread of the backend's choosing, which the dependent
 * action must not block. Nulls are neither taken nor given. Who asked wipes the secret after the
 * stage has completed, and closes the {@link org.postern.api.auth.MailAccess} of an acceptance,
 * wanted or not.
 */
@Export
@Version("1.0.0")
package org.postern.api.auth;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
