package org.postern.mailbox.mbox.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.api.mailbox.Expunged;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.testkit.mailbox.OpenedMailbox;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryDirectory;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.MemoryPosix;
import org.postern.testkit.memory.Operations;

/** One mbox in memory, a session's storage on it, and a clock that moves only with waits. */
final class MemoryMbox implements AutoCloseable {
    private final ManualClock clock = new ManualClock();
    private final MemoryFiles files = new MemoryFiles(clock);
    private final MemoryMailStorage storage = MemoryMailStorage.mbox(files);
    private final List<Mailbox> opened = new ArrayList<>();
    private final MemoryDirectory data = new MemoryDirectory(files, storage::faults);
    private final Map<String, Object> properties = new HashMap<>();
    private MboxFormat format;
    private long readWholeBelow;
    private final List<Duration> waits = new ArrayList<>();

    /** With settings as in the configuration file: key, value, key, value. */
    MemoryMbox(String... settings) {
        // Away from a whole second, which means another kind of file system.
        clock.advance(Duration.ofMillis(10));
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }
        replaceFormat();
    }

    /** Octets of a mailbox that is not worth extending; 0 before. */
    void readWholeBelow(long octets) {
        readWholeBelow = octets;
        replaceFormat();
    }

    /** As after its bundle was replaced, or the process. */
    void replaceFormat() {
        format =
                new MboxFormat(
                        new MemoryPosix(clock, data),
                        Optional.of(MemoryPosix.DATA),
                        StepSizes::of,
                        readWholeBelow,
                        properties);
    }

    /** The server's data directory. */
    MemoryDirectory data() {
        return data;
    }

    MboxFormat format() {
        return format;
    }

    ManualClock clock() {
        return clock;
    }

    MemoryFiles files() {
        return files;
    }

    MemoryMailStorage storage() {
        return storage;
    }

    /** The mailbox file. */
    MemoryFile file() {
        return files.mailbox().orElseThrow();
    }

    /** Puts a file there, last written long ago. */
    MemoryFile put(byte[] content) {
        MemoryFile file = files.mailbox(files.newFile(content));
        clock.advance(Duration.ofSeconds(10));
        return file;
    }

    MemoryFile put(String latin1) {
        return put(Scans.octets(latin1));
    }

    String text() {
        return new String(file().content(), StandardCharsets.ISO_8859_1);
    }

    Mailbox open() throws MailboxException {
        return open(MailboxBounds.NONE, Optional.empty());
    }

    Mailbox open(MailboxBounds bounds, Optional<MailboxSnapshot> resume) throws MailboxException {
        Mailbox mailbox = finish(format.open(storage, bounds, resume));
        opened.add(mailbox);
        return mailbox;
    }

    /** Advances an operation to its end; each wait lets time pass. */
    <T> T finish(Operation<T> operation) throws MailboxException {
        return Operations.finish(operation, this::elapse);
    }

    MailboxException fails(Operation<?> operation) {
        return Operations.fails(operation, this::elapse);
    }

    MailboxException failsToOpen() {
        return fails(format.open(storage, MailboxBounds.NONE, Optional.empty()));
    }

    String read(Mailbox mailbox, int message) throws Exception {
        try (MessageContent content = finish(mailbox.read(message))) {
            byte[] octets = OpenedMailbox.drain(content, 4096);
            return new String(octets, StandardCharsets.ISO_8859_1);
        }
    }

    Expunged expunge(Mailbox mailbox, int... messages) throws MailboxException {
        return finish(mailbox.expunge(bits(messages)));
    }

    static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        for (int bit : set) {
            bits.set(bit);
        }
        return bits;
    }

    static List<String> ids(Mailbox mailbox) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < mailbox.snapshot().count(); i++) {
            ids.add(mailbox.snapshot().uniqueId(i).value());
        }
        return ids;
    }

    /** Every wait that was asked for since this was last called. */
    List<Duration> waits() {
        List<Duration> asked = List.copyOf(waits);
        waits.clear();
        return asked;
    }

    private void elapse(Duration duration) {
        waits.add(duration);
        clock.advance(duration);
    }

    /** Advances once, which has to ask for a wait; lets no time pass. */
    static Duration waits(Operation<?> operation) throws MailboxException {
        Step<?> step = operation.advance();
        if (step instanceof Step.Wait<?> wait) {
            return wait.duration();
        }
        throw new AssertionError("the operation was done");
    }

    @Override
    public void close() {
        opened.forEach(Mailbox::close);
        storage.close();
    }
}
