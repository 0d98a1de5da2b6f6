/**
 * SASL (RFC 4422). A mechanism is a {@link org.postern.api.sasl.SaslMechanism} service; protocols
 * reach all of them through {@link org.postern.api.sasl.Sasl}, and carry their octets: encoding,
 * line lengths and what cancels an exchange are each protocol's own (RFC 5034 for POP3).
 *
 * <p>Threads: any; stages complete on a thread that the dependent action must not block. Nulls are
 * neither taken nor given. A response is a secret: it may hold a password or a token.
 */
@Export
@Version("1.0.0")
package org.postern.api.sasl;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
