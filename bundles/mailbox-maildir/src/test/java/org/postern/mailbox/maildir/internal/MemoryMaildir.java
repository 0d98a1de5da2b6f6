package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileType;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.testkit.mailbox.MailboxFixture;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.MemoryPosix;

/** A Maildir in memory; every other message has been seen, so that both directories are used. */
final class MemoryMaildir implements MailboxFixture {
    final ManualClock clock;
    final MemoryFiles files;
    private final Map<String, Object> settings;
    private int delivered;

    MemoryMaildir() {
        this(Map.of());
    }

    /** With settings as in the configuration file. */
    MemoryMaildir(Map<String, Object> settings) {
        this.settings = settings;
        this.clock = new ManualClock();
        this.files = new MemoryFiles(clock);
    }

    private MemoryMaildir(Map<String, Object> settings, MemoryMaildir of) {
        this.settings = settings;
        this.clock = of.clock;
        this.files = of.files;
        this.delivered = of.delivered;
    }

    /** The same mail under other settings. */
    MemoryMaildir with(Map<String, Object> other) {
        return new MemoryMaildir(other, this);
    }

    @Override
    public MaildirFormat format() {
        return format(new SizeFiles(new MemoryPosix(clock), Optional.empty()));
    }

    /** With a directory for what is known. */
    MaildirFormat format(SizeFiles sizes) {
        return new MaildirFormat(settings, clock, sizes);
    }

    @Override
    public MemoryMailStorage storage() {
        return MemoryMailStorage.maildir(files);
    }

    @Override
    public LineConvention lines() {
        return LineConvention.LF_OR_CRLF;
    }

    @Override
    public void create() {
        files.makeMaildir();
    }

    @Override
    public void deliver(byte[] message) {
        deliverAs(message, (delivered & 1) == 0 ? "" : ":2,S");
    }

    MailEntry deliverAs(byte[] message, String info) {
        create();
        clock.advance(Duration.ofSeconds(1));
        String name = clock.instant().getEpochSecond() + ".M1P" + delivered++ + ".host" + info;
        return put(info.isEmpty() ? MailDirectory.NEW : MailDirectory.CUR, name, message);
    }

    MailEntry put(MailDirectory directory, String name, byte[] message) {
        create();
        MailEntry entry = entry(directory, name);
        files.put(entry, files.newFile(message));
        return entry;
    }

    @Override
    public List<byte[]> oddMessages() {
        return OddMessages.all();
    }

    @Override
    public List<byte[]> messages() {
        return byName().stream().map(MemoryFile::content).toList();
    }

    List<MemoryFile> byName() {
        TreeMap<FileName, MemoryFile> all = new TreeMap<>();
        for (MailDirectory directory : List.of(MailDirectory.NEW, MailDirectory.CUR)) {
            for (FileName name : files.names(directory)) {
                MemoryFile file = files.find(new MailEntry(directory, name)).orElseThrow();
                if (file.status().type() == FileType.REGULAR) {
                    all.put(name, file);
                }
            }
        }
        return new ArrayList<>(all.values());
    }

    List<String> names(MailDirectory directory) {
        return files.names(directory).stream().map(FileName::toString).sorted().toList();
    }

    Optional<MemoryFile> find(MailDirectory directory, String name) {
        return files.find(entry(directory, name));
    }

    /** All that a session has been told of a mailbox. */
    static String listed(Mailbox mailbox) {
        MailboxSnapshot snapshot = mailbox.snapshot();
        StringBuilder text = new StringBuilder().append(snapshot.totalOctets());
        for (int i = 0; i < snapshot.count(); i++) {
            text.append('\n')
                    .append(snapshot.uniqueId(i))
                    .append(snapshot.storedAt(i))
                    .append(snapshot.octets(i))
                    .append(snapshot.finalLineEndMissing(i))
                    .append(snapshot.flags(i))
                    .append(snapshot.received(i));
        }
        return text.toString();
    }

    static MailEntry entry(MailDirectory directory, String name) {
        return new MailEntry(directory, FileName.of(name.getBytes(ISO_8859_1)));
    }

    @Override
    public long storedOctets() {
        return messages().stream().mapToLong(message -> message.length).sum();
    }

    @Override
    public void tamper(int message) {
        byName().get(message).append(new byte[] {'x', '\n'});
    }

    @Override
    public boolean isTamperedAlone() {
        return true;
    }

    @Override
    public boolean survivesFaults() {
        return true;
    }

    @Override
    public void elapse(Duration duration) {
        clock.advance(duration);
    }

    @Override
    public void close() {}
}
