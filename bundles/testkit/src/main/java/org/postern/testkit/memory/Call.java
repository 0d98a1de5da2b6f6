package org.postern.testkit.memory;

import java.util.Optional;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;

/**
 * One call.
 *
 * @param kind what was asked
 * @param directory the Maildir's directory, for {@link CallKind#LIST} and {@link
 *     CallKind#SYNC_DIRECTORY}
 * @param entry the Maildir's file; empty for the mailbox file
 * @param position where in the file, for reading, writing and truncating
 * @param length octets asked for or given
 */
public record Call(
        CallKind kind,
        Optional<MailDirectory> directory,
        Optional<MailEntry> entry,
        long position,
        int length) {

    static Call of(CallKind kind) {
        return new Call(kind, Optional.empty(), Optional.empty(), 0, 0);
    }

    static Call of(CallKind kind, MailDirectory directory) {
        return new Call(kind, Optional.of(directory), Optional.empty(), 0, 0);
    }

    static Call of(CallKind kind, MailEntry entry) {
        return new Call(kind, Optional.empty(), Optional.of(entry), 0, 0);
    }
}
