package org.postern.api.auth.queue;

import org.osgi.annotation.versioning.ProviderType;

/** A check's place among those that wait. */
@ProviderType
public interface Place {
    /**
     * The answer is no longer wanted.
     *
     * @return whether it was waiting; then neither of its methods is called any more
     */
    boolean leave();
}
