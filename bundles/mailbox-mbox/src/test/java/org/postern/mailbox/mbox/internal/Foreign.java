package org.postern.mailbox.mbox.internal;

import java.util.Optional;
import java.util.Set;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileName;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;

/** What comes from elsewhere. */
final class Foreign {
    private Foreign() {}

    static MailboxSnapshot maildirSnapshot() {
        return MailboxSnapshot.builder()
                .add(
                        new StoredMessage(
                                new UniqueId("1"),
                                5,
                                new StoredAt.File(
                                        new MailEntry(MailDirectory.CUR, FileName.of("1")), 5),
                                LineConvention.LF_OR_CRLF,
                                false,
                                Set.of(),
                                Optional.empty()))
                .build();
    }
}
