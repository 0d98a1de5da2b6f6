package org.postern.api.storage;

import org.osgi.annotation.versioning.ConsumerType;

/** A service that opens storages on files which this process's own user may open. */
@ConsumerType
public interface MailStorageProvider {

    /**
     * Opens an account's storage. May block.
     *
     * <p>A mailbox that does not exist yet is no error: it is found missing when it is opened or
     * listed. A base that does not exist is.
     */
    MailStorage open(MailLocation location) throws StorageException;
}
