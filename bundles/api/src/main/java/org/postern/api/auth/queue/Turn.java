package org.postern.api.auth.queue;

import org.osgi.annotation.versioning.ProviderType;

/** A check's turn. */
@ProviderType
public interface Turn {
    /** The check is over, and the next one may begin; more calls do nothing. */
    void over(CheckResult result);
}
