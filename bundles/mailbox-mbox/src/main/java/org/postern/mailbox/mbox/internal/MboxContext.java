package org.postern.mailbox.mbox.internal;

import org.postern.api.posix.FileStatus;
import org.postern.api.posix.Posix;

/**
 * What every operation on a mailbox works with.
 *
 * @param settings as they were when the mailbox was opened
 * @param posix the clock that files are stamped with
 * @param buffers shared by all mailboxes
 * @param aides shared by all mailboxes
 * @param known shared by all mailboxes
 * @param indexFiles shared by all mailboxes
 * @param imapBases shared by all mailboxes
 * @param journals shared by all mailboxes
 * @param steps how a rewrite is cut into steps
 * @param readWholeBelow octets: one that has grown and is smaller is read again, not extended
 */
record MboxContext(
        MboxSettings settings,
        Posix posix,
        BlockBuffers buffers,
        ScanAides aides,
        KnownMailboxes known,
        IndexFiles indexFiles,
        ImapBases imapBases,
        Journals journals,
        StepSizes steps,
        long readWholeBelow) {

    /** Keeps what was read. */
    void keep(KnownMailbox read) {
        known.keep(read, settings.indexMemory());
        // One that was extended is on disk as it was before, and will be extended from there.
        if (!read.sampled()) {
            indexFiles.keep(read, settings);
        }
    }

    /** Forgets what is known of a mailbox. */
    void forget(FileStatus mailbox) {
        known.forget(mailbox);
        indexFiles.forget(mailbox);
    }
}
