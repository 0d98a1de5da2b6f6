/**
 * The contract of {@link org.postern.api.sasl.SaslMechanism}, for any mechanism: {@link
 * org.postern.testkit.sasl.SaslMechanismContract} is implemented by a test that has a mechanism and
 * a client for it.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.sasl;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
