package org.postern.mailbox.maildir.internal;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.postern.api.mailbox.MessageFlag;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;

/** A file that was listed and may be a message, while a Maildir is being opened. */
final class Candidate {
    /**
     * qmail's order: by the seconds of delivery that the name begins with, then by name. One file
     * under two names comes together, the name that was listed later at the end.
     */
    static final Comparator<Candidate> DELIVERED =
            Comparator.comparingLong((Candidate candidate) -> candidate.deliverySeconds)
                    .thenComparing(candidate -> candidate.base)
                    .thenComparingLong(candidate -> candidate.status.inode())
                    .thenComparingInt(candidate -> candidate.sequence);

    private static final long NANOS = 1_000_000_000;

    final FileName base;
    private final long deliverySeconds;
    private final int sequence;
    MailEntry entry;
    FileStatus status;
    Optional<MessageSizes.Measure> measure = Optional.empty();
    boolean refused;

    /**
     * @param sequence its place in the listing
     */
    Candidate(MailEntry entry, FileStatus status, int sequence) {
        this.entry = entry;
        this.status = status;
        this.sequence = sequence;
        this.base = MaildirName.base(entry.name());
        this.deliverySeconds =
                MaildirName.deliverySeconds(base)
                        .orElse(Math.floorDiv(status.modifiedNanos(), NANOS));
    }

    boolean isSameMessage(Candidate other) {
        return base.equals(other.base) && status.isSameFile(other.status);
    }

    /** Whether it has not been counted and not been refused yet. */
    boolean isUncounted() {
        return measure.isEmpty() && !refused;
    }

    /**
     * Whether its measure is that of any file that looks the same.
     *
     * @param begun when it was looked at, in nanoseconds since the epoch
     */
    boolean isSettled(long begun) {
        return status.isSettled(begun)
                && measure.filter(counted -> counted.stored() == status.size()).isPresent();
    }

    /** Whether its name claims a size that it does not have. */
    boolean isMisleading() {
        return measure.isPresent()
                && (MaildirName.claimsOther(base, 'S', measure.get().stored())
                        || MaildirName.claimsOther(base, 'W', measure.get().octets()));
    }

    StoredMessage message(MessageSizes.Measure measured, UniqueId id) {
        Set<MessageFlag> flags = EnumSet.noneOf(MessageFlag.class);
        flags.addAll(MaildirName.flags(entry.name()));
        if (entry.directory() == MailDirectory.NEW) {
            flags.add(MessageFlag.RECENT);
        }
        return new StoredMessage(
                id,
                measured.octets(),
                new StoredAt.File(entry, measured.stored()),
                MessageSizes.LINES,
                measured.finalLineEndMissing(),
                flags,
                Optional.of(Instants.of(status.modifiedNanos())));
    }
}
