package org.postern.testkit.storage;

import java.util.Optional;
import org.postern.api.posix.FileType;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;

/** Files in memory, where an intruder is only metadata. */
final class InMemory implements StorageFixture {
    private final ManualClock clock = new ManualClock();
    private final MemoryFiles files = new MemoryFiles(clock);

    @Override
    public void tick() {
        clock.tick();
    }

    @Override
    public MailStorage open(String format) {
        return format.equals("mbox")
                ? MemoryMailStorage.mbox(files)
                : MemoryMailStorage.maildir(files);
    }

    @Override
    public void makeMaildir() {
        files.makeMaildir();
    }

    @Override
    public void removeDirectory(MailDirectory directory) {
        files.removeDirectory(directory);
    }

    private Optional<MemoryFile> find(Place place) {
        return place instanceof Place.Message message
                ? files.find(message.entry())
                : files.mailbox();
    }

    private MemoryFile put(Place place, byte[] content) {
        MemoryFile file = files.newFile(content);
        return place instanceof Place.Message message
                ? files.put(message.entry(), file)
                : files.mailbox(file);
    }

    @Override
    public void write(Place place, byte[] content) {
        put(place, content);
    }

    @Override
    public void write(Place place, Intruder intruder) {
        MemoryFile file = put(place, new byte[0]);
        switch (intruder) {
            case LINK, DANGLING_LINK -> file.type(FileType.SYMBOLIC_LINK);
            case FIFO -> file.type(FileType.FIFO);
            case DIRECTORY -> file.type(FileType.DIRECTORY);
            case SOCKET -> file.type(FileType.SOCKET);
            case SECOND_NAME -> file.links(2);
            case FOREIGN -> file.owner(MemoryFiles.OWNER + 1);
        }
    }

    @Override
    public Optional<byte[]> content(Place place) {
        return find(place)
                .filter(file -> file.status().type() == FileType.REGULAR)
                .map(MemoryFile::content);
    }

    @Override
    public void remove(Place place) {
        if (place instanceof Place.Message message) {
            MailEntry entry = message.entry();
            files.remove(entry);
        } else {
            files.removeMailbox();
        }
    }

    @Override
    public void close() {
        // Nothing outlives the test.
    }
}
