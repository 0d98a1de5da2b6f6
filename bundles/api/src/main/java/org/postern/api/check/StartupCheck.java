package org.postern.api.check;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Whether somebody else than root and this process's user could change what it runs, what it is
 * told and what it keeps, or read its secrets.
 */
@ProviderType
public interface StartupCheck {

    /**
     * Looks now. Reads the owners and modes of some thousand files, and blocks for as long as that
     * takes: not on an event loop.
     *
     * @return what is wrong, in a stable order; empty if nothing is. What cannot be looked at is
     *     found to be wrong, too. Never throws because of what it finds.
     */
    List<Finding> look();

    /**
     * What is wrong and no reason to keep a port closed: what {@link CheckContribution}s say at
     * their last look. Returns at once.
     */
    default List<Finding> warnings() {
        return List.of();
    }
}
