package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileName;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the list that another server left in a Maildir. There may be none, or something that is no
 * list: then messages have base names. But a list that cannot be read just now ends the opening:
 * with other ids every client would fetch all mail again.
 */
final class ListReader {
    /**
     * A list is read at each opening, so one that is longer is not read. With 100 octets a line
     * these are some 600,000 messages.
     */
    static final long MOST_OCTETS = 64L * 1024 * 1024;

    /** A file name has 255 octets at most, an id 70; a longer line says nothing. */
    static final int LONGEST_LINE = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ListReader.class);
    private static final int BUFFER_SIZE = 64 * 1024;

    private final ListedIds ids;

    private ListReader(ListedIds ids) {
        this.ids = ids;
    }

    /**
     * The ids of these messages by the first of the rule's lists that is there.
     *
     * @param bases of the messages that are there
     */
    static ListedIds read(MailStorage storage, IdRule rule, Set<FileName> bases)
            throws IOException {
        ListedIds ids = new ListedIds(bases);
        List<String> names = bases.isEmpty() ? List.of() : rule.lists();
        if (!names.isEmpty()) {
            new ListReader(ids).read(storage, names);
        }
        return ids;
    }

    // Of one request: with the helper each is a way to another process and back.
    private void read(MailStorage storage, List<String> names) throws IOException {
        List<MailEntry> entries =
                names.stream()
                        .map(name -> new MailEntry(MailDirectory.ROOT, FileName.of(name)))
                        .toList();
        List<Opened> opened = Batches.open(storage, entries);
        ids.lists(MaildirMark.statuses(opened));
        try {
            boolean found = false;
            for (int i = 0; i < names.size() && !found; i++) {
                found = read(names.get(i), opened.get(i));
            }
        } finally {
            opened.forEach(Batches::close);
        }
    }

    private boolean read(String name, Opened opened) throws IOException {
        if (opened instanceof Opened.File file) {
            return read(name, file.handle());
        }
        StorageException.Kind kind = ((Opened.Failed) opened).kind();
        switch (kind) {
            case MISSING -> {}
            case NOT_PERMITTED, CHANGED ->
                    LOG.warn(
                            "{} in a Maildir is not the account's own plain file: its unique-ids"
                                    + " are not used",
                            name);
            case EXISTS, FULL, UNAVAILABLE ->
                    throw new StorageException(kind, name + " cannot be opened");
        }
        return false;
    }

    private boolean read(String name, FileHandle file) throws IOException {
        if (file.status().size() > MOST_OCTETS) {
            LOG.warn(
                    "{} in a Maildir has more than {} octets: its unique-ids are not used",
                    name,
                    MOST_OCTETS);
            return false;
        }
        ForeignList list = name.equals(DovecotList.NAME) ? new DovecotList() : new CourierList();
        boolean isList = lines(file, list);
        if (!isList) {
            LOG.warn(
                    "{} in a Maildir does not begin as its server writes it: its unique-ids are not"
                            + " used",
                    name);
        }
        return isList;
    }

    // What is behind the last line end is being written, or was cut off.
    private boolean lines(FileHandle file, ForeignList list) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BUFFER_SIZE);
        byte[] line = new byte[LONGEST_LINE];
        int length = 0;
        boolean begun = false;
        long position = 0;
        while (position < MOST_OCTETS && file.read(block.clear(), position) > 0) {
            position += block.flip().remaining();
            while (block.hasRemaining()) {
                byte octet = block.get();
                if (octet != '\n') {
                    if (length < line.length) {
                        line[length] = octet;
                    }
                    length = Math.min(length + 1, line.length + 1);
                    continue;
                }
                boolean fits = length <= line.length;
                if (begun && fits) {
                    list.add(new Line(line, length), ids);
                } else if (!begun && !(fits && list.begin(new Line(line, length)))) {
                    return false;
                }
                begun = true;
                length = 0;
            }
        }
        return begun;
    }
}
