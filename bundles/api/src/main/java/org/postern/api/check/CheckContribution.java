package org.postern.api.check;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard service: a component that looks at files of its own anyway, and knows what somebody
 * should mend in them before it keeps people out, such as a certificate that expires soon.
 */
@ConsumerType
public interface CheckContribution {
    /** What it has found at its last look; empty if nothing. Returns at once. */
    List<Finding> warnings();
}
