package org.postern.api.auth;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;

/**
 * The way from an accepted login to that account's mail, good for one use. Who holds it closes it,
 * used or not; unused it expires after {@link #LIFETIME}, so that one that is forgotten holds no
 * agent and no descriptor for ever.
 */
@ConsumerType
public interface MailAccess extends AutoCloseable {
    /** How long after the acceptance the mail can be opened. */
    Duration LIFETIME = Duration.ofSeconds(30);

    /**
     * Opens the mail. May block: on a worker only. The storage is the caller's to close; closing
     * this afterwards leaves it open.
     *
     * @throws StorageException of kind UNAVAILABLE if expired or closed before
     * @throws IllegalStateException on a second call
     */
    MailStorage open() throws StorageException;

    /** Gives up the way if it has not been used; more calls do nothing. */
    @Override
    void close();
}
