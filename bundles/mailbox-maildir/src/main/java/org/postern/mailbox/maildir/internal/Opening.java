package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.SpareThreads;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the snapshot of a Maildir: lists it, drops what was seen twice, counts every file, and
 * looks once more for those that others renamed meanwhile. Messages are in order of delivery, as
 * their names have it, so that the order is the same in every session.
 */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
    // A message that was renamed each time it was looked for is left for the next session.
    private static final int ATTEMPTS = 3;
    // From so many messages on another thread is worth its start.
    private static final int MANY = 4 * MailStorage.MAX_BATCH;

    private final MailStorage storage;
    private final MailboxBounds bounds;
    private final IdRule rule;
    private final SpareThreads threads;
    private final Optional<KnownSizes> known;
    private List<Candidate> candidates = new ArrayList<>();
    private Optional<List<Optional<FileStatus>>> lists = Optional.empty();
    private List<Candidate> unknown = List.of();
    private int foreign;

    /**
     * @param threads that help to count
     * @param known what its messages measured when it was read before
     */
    Opening(
            MailStorage storage,
            MailboxBounds bounds,
            IdRule rule,
            SpareThreads threads,
            Optional<KnownSizes> known) {
        this.threads = threads;
        this.known = known;
        this.storage = storage;
        this.bounds = bounds;
        this.rule = rule;
    }

    MailboxSnapshot snapshot() throws MailboxException, IOException {
        Listing.messages(storage, this::take);
        dropSeenTwice();
        requireBounds(candidates.size(), sum());
        known.ifPresent(this::recall);
        unknown = candidates.stream().filter(Candidate::isUncounted).toList();
        measure(unknown);
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            List<Candidate> missing = candidates.stream().filter(Candidate::isUncounted).toList();
            if (missing.isEmpty()) {
                break;
            }
            find(missing);
            measure(missing);
        }
        report();
        return build();
    }

    /** Lists of unique-ids as they were read; empty if one was not fit to be. */
    Optional<List<Optional<FileStatus>>> lists() {
        return lists;
    }

    /** The messages that the snapshot has. */
    List<Candidate> messages() {
        return candidates.stream().filter(candidate -> candidate.measure.isPresent()).toList();
    }

    /** Those of them whose measure was not known. */
    List<Candidate> counted() {
        return unknown.stream().filter(candidate -> candidate.measure.isPresent()).toList();
    }

    /** Whether there was nothing else that may become a message. */
    boolean isComplete() {
        return candidates.stream().allMatch(candidate -> candidate.measure.isPresent());
    }

    private void take(MailEntry entry, EntryPage.Listed listed) throws MailboxException {
        // Any name may be listed twice, so this bounds memory alone; the true bound comes later.
        if (candidates.size() / 2 >= bounds.maxMessages()) {
            throw tooLarge("messages", bounds.maxMessages(), "maxMessages");
        }
        candidates.add(new Candidate(entry, listed.status(), candidates.size()));
    }

    // One file under two names of one base was renamed while it was listed; the later name holds.
    private void dropSeenTwice() {
        candidates.sort(Candidate.DELIVERED);
        List<Candidate> kept = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            int last = kept.size() - 1;
            if (last >= 0 && kept.get(last).isSameMessage(candidate)) {
                kept.set(last, candidate);
            } else {
                kept.add(candidate);
            }
        }
        candidates = kept;
    }

    private void recall(KnownSizes sizes) {
        for (Candidate candidate : candidates) {
            candidate.measure = sizes.find(candidate.status);
        }
    }

    private long sum() {
        return candidates.stream().mapToLong(c -> c.status.size()).reduce(0, Opening::saturated);
    }

    private void requireBounds(int messages, long octets) throws MailboxException {
        if (messages > bounds.maxMessages()) {
            throw tooLarge("messages", bounds.maxMessages(), "maxMessages");
        }
        if (octets > bounds.maxOctets()) {
            throw tooLarge("octets", bounds.maxOctets(), "maxMailboxBytes");
        }
    }

    private static MailboxException tooLarge(String what, long bound, String key) {
        return new MailboxException(
                MailboxException.Kind.TOO_LARGE,
                "the Maildir has more "
                        + what
                        + " than the "
                        + bound
                        + " that the limits allow ("
                        + key
                        + ")");
    }

    private void measure(List<Candidate> all) throws IOException {
        boolean many = all.size() >= MANY;
        try (BatchCounter counter = new BatchCounter(threads)) {
            for (List<Candidate> batch : Batches.of(all)) {
                List<MailEntry> entries = batch.stream().map(candidate -> candidate.entry).toList();
                List<Opened> opened = Batches.open(storage, entries);
                List<BatchCounter.Open> files = new ArrayList<>(opened.size());
                boolean taken = false;
                try {
                    for (int i = 0; i < batch.size(); i++) {
                        sort(batch.get(i), opened.get(i), files);
                    }
                    taken = true;
                } finally {
                    if (!taken) {
                        opened.forEach(Batches::close);
                    }
                }
                counter.count(files, many);
            }
            counter.finish();
        }
    }

    private void sort(Candidate candidate, Opened opened, List<BatchCounter.Open> files)
            throws IOException {
        if (opened instanceof Opened.File file) {
            files.add(new BatchCounter.Open(candidate, file));
        } else if (opened instanceof Opened.Failed failed) {
            switch (failed.kind()) {
                case MISSING, CHANGED -> {
                    // Renamed or deleted by others: it is looked for again.
                }
                case NOT_PERMITTED -> refuse(candidate);
                // Out of descriptors, most likely: a list with a message less would make clients
                // believe that it was deleted.
                case EXISTS, FULL, UNAVAILABLE ->
                        throw new StorageException(
                                failed.kind(), "a message file of the Maildir cannot be opened");
            }
        }
    }

    private void refuse(Candidate candidate) {
        candidate.refused = true;
        if (foreign == 0) {
            LOG.info(
                    "left out of a Maildir: {}/{} is not the account's own plain file",
                    candidate.entry.directory(),
                    candidate.entry.name());
        }
        foreign++;
    }

    private void find(List<Candidate> missing) throws StorageException, MailboxException {
        Map<FileName, List<Candidate>> byBase = new HashMap<>();
        for (Candidate candidate : missing) {
            byBase.computeIfAbsent(candidate.base, any -> new ArrayList<>(1)).add(candidate);
        }
        Listing.messages(
                storage,
                (entry, listed) -> {
                    for (Candidate candidate :
                            byBase.getOrDefault(MaildirName.base(entry.name()), List.of())) {
                        if (candidate.status.isSameFile(listed.status())) {
                            candidate.entry = entry;
                        }
                    }
                });
    }

    private MailboxSnapshot build() throws MailboxException, IOException {
        ListedIds ids =
                ListReader.read(
                        storage,
                        rule,
                        candidates.stream().map(c -> c.base).collect(Collectors.toSet()));
        lists = ids.lists();
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        Optional<FileName> previous = Optional.empty();
        long stored = 0;
        for (Candidate candidate : candidates) {
            if (candidate.measure.isPresent()) {
                MessageSizes.Measure measure = candidate.measure.get();
                stored = saturated(stored, measure.stored());
                requireBounds(builder.count() + 1, stored);
                boolean copy = previous.equals(Optional.of(candidate.base));
                UniqueId id =
                        copy
                                ? UniqueIds.ofCopy(candidate.base, candidate.status.inode())
                                : ids.idOf(candidate.base);
                builder.add(candidate.message(measure, id));
                previous = Optional.of(candidate.base);
            }
        }
        return builder.build();
    }

    private void report() {
        if (foreign > 1) {
            LOG.info("left out of the same Maildir: {} more such files", foreign - 1);
        }
        long misleading = candidates.stream().filter(Candidate::isMisleading).count();
        if (misleading > 0) {
            LOG.debug("{} messages of a Maildir have names with wrong sizes", misleading);
        }
    }

    private static long saturated(long left, long right) {
        long sum = left + right;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
