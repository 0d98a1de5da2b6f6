package org.postern.api.protocol;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** A pooled direct buffer on its way to the socket. May be filled on any one thread. */
@ProviderType
public interface OutputBuffer {
    /** Octets that one holds. */
    int CAPACITY = 64 * 1024;

    /** Where to put octets: a direct buffer of {@link #CAPACITY}, empty at first. */
    ByteBuffer bytes();

    /** Gives it back unsent. After this or {@link Connection#send} it is not touched again. */
    void release();
}
