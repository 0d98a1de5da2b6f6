package org.postern.mailbox.mbox.internal;

import org.postern.api.posix.Posix;

/**
 * What every operation on a mailbox works with.
 *
 * @param settings as they were when the mailbox was opened
 * @param posix the clock that files are stamped with
 * @param buffers shared by all mailboxes
 * @param aides shared by all mailboxes
 * @param known shared by all mailboxes
 * @param imapBases shared by all mailboxes
 * @param journals shared by all mailboxes
 * @param steps how a rewrite is cut into steps
 */
record MboxContext(
        MboxSettings settings,
        Posix posix,
        BlockBuffers buffers,
        ScanAides aides,
        KnownMailboxes known,
        ImapBases imapBases,
        Journals journals,
        StepSizes steps) {}
