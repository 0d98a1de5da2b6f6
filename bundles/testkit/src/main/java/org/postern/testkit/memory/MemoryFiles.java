package org.postern.testkit.memory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;

/**
 * An account's files, whoever has them open: one mailbox file, or the directories of a Maildir, or
 * neither yet. Like {@link MemoryFile}, its methods are another program's hand.
 */
public final class MemoryFiles {
    /** The account's user id: what {@link #newFile} gives, and all that a storage accepts. */
    public static final long OWNER = 1000;

    /** One name in a directory; its cookie says where a listing goes on, whatever is removed. */
    record Link(long cookie, MemoryFile file) {}

    private final ManualClock clock;
    private final Map<MailDirectory, Map<FileName, Link>> directories =
            new EnumMap<>(MailDirectory.class);
    private final Map<MailDirectory, Long> changed = new EnumMap<>(MailDirectory.class);
    private final UnsyncedNames unsynced = new UnsyncedNames();
    private Optional<MemoryFile> mailbox = Optional.empty();
    private long granularityNanos = 1;
    private long nextInode = 1000;
    private long nextCookie = 1;

    /**
     * @param clock stamps the files
     */
    public MemoryFiles(ManualClock clock) {
        this.clock = clock;
    }

    /** The clock that stamps the files. */
    public ManualClock clock() {
        return clock;
    }

    /** How fine the file system keeps times; 1,000,000,000 for one with whole seconds. */
    public void granularityNanos(long nanos) {
        granularityNanos = nanos;
    }

    /** A new inode that has no name yet. */
    public MemoryFile newFile(byte[] content) {
        return new MemoryFile(this, 1, nextInode++, OWNER).content(content);
    }

    /** The mailbox file, if there is one. */
    public Optional<MemoryFile> mailbox() {
        return mailbox;
    }

    /** Puts a mailbox file in the place of whatever was there, as rename(2) does. */
    public MemoryFile mailbox(MemoryFile file) {
        mailbox = Optional.of(file);
        return file;
    }

    /** Removes the mailbox file's name; handles keep the file. */
    public void removeMailbox() {
        mailbox = Optional.empty();
    }

    /** Makes the Maildir with its three directories. */
    public MemoryFiles makeMaildir() {
        for (MailDirectory directory : MailDirectory.values()) {
            makeDirectory(directory);
        }
        return this;
    }

    /** Makes one directory; one that is there stays. */
    public void makeDirectory(MailDirectory directory) {
        directories.putIfAbsent(directory, new LinkedHashMap<>());
        changed.putIfAbsent(directory, stamp());
    }

    /** Removes a directory with all its names. */
    public void removeDirectory(MailDirectory directory) {
        directories.remove(directory);
        unsynced.forget(directory);
    }

    /** Gives a file a name, in place of the one that had it. */
    public MemoryFile put(MailEntry entry, MemoryFile file) {
        Link link = link(file);
        links(entry.directory()).orElseThrow().put(entry.name(), link);
        changed.put(entry.directory(), stamp());
        unsynced.made(entry, link);
        return file;
    }

    /** Creates a file with this content. */
    public MemoryFile put(MailDirectory directory, String name, byte[] content) {
        return put(new MailEntry(directory, FileName.of(name)), newFile(content));
    }

    /** The file of this name. */
    public Optional<MemoryFile> find(MailEntry entry) {
        return links(entry.directory()).map(links -> links.get(entry.name())).map(Link::file);
    }

    /** The names in a directory, oldest first; none if there is no directory. */
    public List<FileName> names(MailDirectory directory) {
        return links(directory).map(links -> List.copyOf(links.keySet())).orElse(List.of());
    }

    /** The files in a directory, oldest name first. */
    public List<MemoryFile> list(MailDirectory directory) {
        List<MemoryFile> found = new ArrayList<>();
        links(directory).ifPresent(links -> links.values().forEach(l -> found.add(l.file())));
        return found;
    }

    /**
     * rename(2), replacing what has the new name; stamps the ctime.
     *
     * @return whether there was such a file
     */
    public boolean rename(MailEntry from, MailEntry to) {
        Optional<Link> old = links(from.directory()).map(links -> links.remove(from.name()));
        if (old.isEmpty()) {
            return false;
        }
        Link link = link(old.get().file().stampChanged());
        links(to.directory()).orElseThrow().put(to.name(), link);
        changed.put(from.directory(), stamp());
        changed.put(to.directory(), stamp());
        unsynced.moved(from, to, link);
        return true;
    }

    /** Takes a file's name away and answers the file, if there was one; handles keep it. */
    public Optional<MemoryFile> remove(MailEntry entry) {
        Optional<Link> old = links(entry.directory()).map(links -> links.remove(entry.name()));
        old.ifPresent(link -> unsynced.removed(entry));
        old.ifPresent(link -> changed.put(entry.directory(), stamp()));
        return old.map(Link::file).map(MemoryFile::stampChanged);
    }

    /** fsync(2) of a directory of the Maildir: its names are on stable storage. */
    public void sync(MailDirectory directory) {
        unsynced.sync(directory);
    }

    /** sync(2): everything is on stable storage. */
    public void sync() {
        directories.keySet().forEach(unsynced::sync);
        directories.keySet().forEach(directory -> list(directory).forEach(MemoryFile::sync));
    }

    /**
     * Loses power: of the names that were made, renamed or removed since their directory was last
     * synced, each is as it was before or as it was last, by chance, and so is each sector of what
     * was written to a file since that was last synced. Directories themselves stay.
     */
    public void losePower(RandomGenerator random) {
        directories.values().forEach(Map::clear);
        directories.keySet().forEach(directory -> changed.put(directory, stamp()));
        unsynced.losePower(random)
                .forEach(
                        (entry, link) ->
                                directories.get(entry.directory()).put(entry.name(), link));
        directories.keySet().stream()
                .flatMap(directory -> list(directory).stream())
                .distinct()
                .forEach(file -> file.losePower(random));
    }

    /** fstat(2) of a directory: its times tell when a name came or went. */
    public FileStatus status(MailDirectory directory) {
        long time = changed.get(directory);
        return new FileStatus(
                1,
                1 + directory.ordinal(),
                FileType.DIRECTORY,
                0700,
                OWNER,
                OWNER,
                2,
                0,
                time,
                time);
    }

    Optional<Map<FileName, Link>> links(MailDirectory directory) {
        return Optional.ofNullable(directories.get(directory));
    }

    long stamp() {
        long now = clock.coarseNanos();
        return now - Math.floorMod(now, granularityNanos);
    }

    private Link link(MemoryFile file) {
        return new Link(nextCookie++, file);
    }
}
