package org.postern.mailbox.maildir.internal;

import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;

/** Directories of a Maildir that may not be there. */
final class Directories {
    private Directories() {}

    /** Syncs a directory; of one that is gone there is nothing left to sync. */
    static void sync(MailStorage storage, MailDirectory directory) throws StorageException {
        try {
            storage.sync(directory);
        } catch (StorageException failed) {
            if (failed.kind() != StorageException.Kind.MISSING) {
                throw failed;
            }
        }
    }
}
