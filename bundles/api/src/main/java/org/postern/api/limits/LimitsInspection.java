package org.postern.api.limits;

import java.net.InetAddress;
import org.osgi.annotation.versioning.ConsumerType;

/** What people ask a limits policy: a service beside it, where a policy offers it. */
@ConsumerType
public interface LimitsInspection {

    /** How things stand. */
    LimitsReport report();

    /** Forgets what was held against a source; false if nothing was. */
    boolean forgive(InetAddress source);
}
