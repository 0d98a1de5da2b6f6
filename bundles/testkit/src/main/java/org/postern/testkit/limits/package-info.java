/**
 * What every limits policy must do, as tests to run: implement {@link
 * org.postern.testkit.limits.LimitsPolicyContract} in a test class. What a policy allows is its own
 * affair; that it counts right, hands over, stays bounded and never fails is not.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.limits;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
