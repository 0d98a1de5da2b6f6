package org.postern.api.helper;

import java.net.InetSocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A TCP socket that the helper bound and that listens already, non-blocking. It stays open in the
 * helper, so that connections wait while nobody here accepts them; it must never be shut down, only
 * closed.
 */
@ProviderType
public interface ListeningSocket extends AutoCloseable {

    /** Where it listens. */
    InetSocketAddress address();

    /**
     * Gives the descriptor away, once: whoever takes it closes it, and {@link #close} does nothing
     * any more.
     *
     * @throws IllegalStateException if it was taken or closed before
     */
    int takeDescriptor();

    /** Closes the descriptor unless it was taken; more calls do nothing. */
    @Override
    void close();
}
