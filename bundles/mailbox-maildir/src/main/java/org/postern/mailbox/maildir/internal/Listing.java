package org.postern.mailbox.maildir.internal;

import java.util.List;
import java.util.OptionalLong;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.posix.FileType;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through the messages of a Maildir: new before cur, so that one that is moved meanwhile is
 * seen twice rather than not at all. What is no regular file is no message; what others keep under
 * dotted names is left alone.
 */
final class Listing {
    private static final Logger LOG = LoggerFactory.getLogger(Listing.class);
    private static final List<MailDirectory> MESSAGES =
            List.of(MailDirectory.NEW, MailDirectory.CUR);
    // Far beyond any directory; a listing that never ends must not hold a worker for ever.
    private static final int MAX_PAGES = 1_000_000;

    /** What is done with each entry. */
    interface Visitor {
        void visit(MailEntry entry, EntryPage.Listed listed) throws MailboxException;
    }

    private Listing() {}

    /** Visits every file that can be a message. */
    static void messages(MailStorage storage, Visitor visitor)
            throws StorageException, MailboxException {
        for (MailDirectory directory : MESSAGES) {
            directory(
                    storage,
                    directory,
                    MAX_PAGES,
                    (entry, listed) -> {
                        if (MaildirName.isHidden(entry.name())) {
                            return;
                        }
                        if (listed.status().type() == FileType.REGULAR) {
                            visitor.visit(entry, listed);
                        } else {
                            LOG.debug(
                                    "a Maildir has a {} named {} among its messages",
                                    listed.status().type(),
                                    entry.name());
                        }
                    });
        }
    }

    /** Visits every entry of some pages of a directory; one that is missing has none. */
    static void directory(MailStorage storage, MailDirectory directory, int pages, Visitor visitor)
            throws StorageException, MailboxException {
        OptionalLong position = OptionalLong.of(0);
        for (int page = 0; position.isPresent() && page < pages; page++) {
            EntryPage entries;
            try {
                entries = storage.list(directory, position.getAsLong());
            } catch (StorageException failed) {
                if (failed.kind() == StorageException.Kind.MISSING) {
                    return;
                }
                throw failed;
            }
            for (EntryPage.Listed listed : entries.entries()) {
                visitor.visit(new MailEntry(directory, listed.name()), listed);
            }
            position = entries.next();
        }
    }
}
