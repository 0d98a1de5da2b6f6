package org.postern.startup.check.internal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.startup.check.internal.FileView.Entry;
import org.postern.startup.check.internal.Findings.Kind;

/**
 * One look. A path is followed as the kernel does, from the root, through every link: whoever may
 * write to a directory on the way can put something else in the place of what follows, unless the
 * directory is sticky and the entry is not his.
 */
final class Inspection {
    /** As the kernel. */
    private static final int MAX_LINKS = 40;

    /** A Karaf has some thousand files; a look must end. */
    static final int MAX_ENTRIES = 100_000;

    /** As many single files of a tree are named; more are told as one. */
    private static final int MOST_SINGLE = 3;

    private final FileView files;
    private final Accounts accounts;
    private final Findings findings;
    private final Set<Path> passed = new HashSet<>();
    private final Set<Path> passedAsRoot = new HashSet<>();
    private final Set<Path> seen = new HashSet<>();
    private int entries;

    Inspection(FileView files, Accounts accounts, Findings findings) {
        this.files = files;
        this.accounts = accounts;
        this.findings = findings;
    }

    /** An entry that was found, where it really is. */
    record Place(Path path, Entry entry) {}

    // Paths.

    /** Follows a path and looks at all directories on the way; empty if it leads nowhere. */
    Optional<Place> follow(Path path, Trust trust) {
        try {
            return walk(path, trust);
        } catch (NoSuchFileException | AccessDeniedException hidden) {
            // What this process cannot see others cannot put there: its parents were looked at.
            return Optional.empty();
        } catch (IOException failed) {
            findings.add(
                    Kind.OTHER,
                    path,
                    "cannot be looked at (" + failed.getClass().getName() + ")",
                    "ls -l");
            return Optional.empty();
        }
    }

    private Optional<Place> walk(Path path, Trust trust) throws IOException {
        Deque<Path> names = new ArrayDeque<>();
        path.forEach(names::add);
        Path current = path.getRoot();
        Entry directory = files.look(current);
        pass(current, directory, trust);
        int links = 0;
        while (!names.isEmpty()) {
            Path name = names.removeFirst();
            if (name.toString().equals(".") || name.toString().isEmpty()) {
                continue;
            }
            if (name.toString().equals("..")) {
                current = current.getParent() == null ? current : current.getParent();
                directory = files.look(current);
                continue;
            }
            Path child = current.resolve(name);
            Entry entry = entry(child, current, directory, trust);
            if (entry.isLink()) {
                if (++links > MAX_LINKS) {
                    findings.add(Kind.OTHER, path, "leads through too many links", "ls -l");
                    return Optional.empty();
                }
                Path target = files.link(child);
                for (int i = target.getNameCount() - 1; i >= 0; i--) {
                    names.addFirst(target.getName(i));
                }
                if (target.isAbsolute()) {
                    current = target.getRoot();
                    directory = files.look(current);
                }
            } else if (names.isEmpty()) {
                return Optional.of(new Place(child, entry));
            } else if (entry.isDirectory()) {
                pass(child, entry, trust);
                current = child;
                directory = entry;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new Place(current, directory));
    }

    // An entry of a directory; whose it is matters where others may make entries, too.
    private Entry entry(Path child, Path parent, Entry directory, Trust trust) throws IOException {
        Optional<String> writers = trust.writers(directory, accounts);
        Entry entry;
        try {
            entry = files.look(child);
        } catch (NoSuchFileException missing) {
            if (writers.isPresent()) {
                findings.addWhole(
                        Kind.OTHER,
                        child,
                        "does not exist, and " + writers.get() + " could make it",
                        directory.isSticky()
                                ? "choose a path in another directory than " + Findings.word(parent)
                                : "chmod "
                                        + trust.withoutWriters(directory, accounts)
                                        + " "
                                        + Findings.word(parent));
            }
            throw missing;
        }
        if (writers.isPresent() && !trust.owner(entry, accounts)) {
            foreign(child, entry, trust);
        }
        return entry;
    }

    private void pass(Path path, Entry directory, Trust trust) {
        if (!(trust == Trust.ROOT ? passedAsRoot : passed).add(path)) {
            return;
        }
        if (!trust.owner(directory, accounts)) {
            findings.addWhole(
                    Kind.OWNER,
                    path,
                    "belongs to "
                            + accounts.user(directory.uid())
                            + ", who can replace what is in it",
                    "chown root " + Findings.word(path) + ", or use another directory");
        }
        Optional<String> writers = trust.writers(directory, accounts);
        if (writers.isPresent() && !directory.isSticky()) {
            findings.add(
                    Kind.WRITABLE,
                    path,
                    "is writable by " + writers.get() + ", who can replace what is in it",
                    "chmod " + trust.withoutWriters(directory, accounts));
        }
    }

    private void foreign(Path path, Entry entry, Trust trust) {
        findings.add(
                Kind.OWNER,
                path,
                "belongs to " + accounts.user(entry.uid()) + ", who can change it",
                "chown -h " + (trust == Trust.ROOT ? "root" : accounts.self()));
    }

    // Files.

    /** A file that only the trusted may change. */
    Optional<Place> file(Path path, Trust trust) {
        Optional<Place> place = follow(path, trust);
        place.filter(found -> trust == Trust.ROOT || seen.add(found.path()))
                .ifPresent(found -> unchangeable(found, trust));
        return place;
    }

    private void unchangeable(Place place, Trust trust) {
        if (!trust.owner(place.entry(), accounts)) {
            foreign(place.path(), place.entry(), trust);
        }
        // To write to a socket is to connect to it.
        if (!place.entry().isSocket()) {
            trust.writers(place.entry(), accounts)
                    .ifPresent(
                            writers ->
                                    findings.add(
                                            Kind.WRITABLE,
                                            place.path(),
                                            "is writable by " + writers,
                                            "chmod "
                                                    + trust.withoutWriters(
                                                            place.entry(), accounts)));
        }
    }

    /** The same where there is such a file; where there is none, nothing is said. */
    Optional<Place> ifThere(Path path, Trust trust) {
        try {
            files.look(path);
        } catch (IOException notThere) {
            return Optional.empty();
        }
        return file(path, trust);
    }

    /** A file that, besides, nobody else may read. */
    void secret(Path path) {
        Optional<Place> place = file(path, Trust.SERVER);
        if (place.isEmpty()) {
            return;
        }
        Entry entry = place.get().entry();
        Path file = place.get().path();
        Trust.readers(entry, accounts)
                .ifPresent(
                        readers ->
                                findings.addWhole(
                                        Kind.READABLE,
                                        file,
                                        "holds secrets and is readable by " + readers,
                                        (entry.uid() == accounts.uid()
                                                        ? ""
                                                        : "chown "
                                                                + accounts.self()
                                                                + " "
                                                                + Findings.word(file)
                                                                + " && ")
                                                + "chmod 600 "
                                                + Findings.word(file)));
    }

    // Trees.

    /**
     * A directory's own owner and mode. Where they are bad, what is in it need not be looked at.
     *
     * @param owner for chown, of it and all below
     */
    Optional<Place> directory(Path path, String owner) {
        Optional<Place> place = follow(path, Trust.SERVER);
        if (place.isEmpty() || !seen.add(place.get().path())) {
            return Optional.empty();
        }
        return isGood(place.get(), owner) ? place : Optional.empty();
    }

    private boolean isGood(Place place, String owner) {
        boolean ours = Trust.SERVER.owner(place.entry(), accounts);
        Optional<String> writers = Trust.SERVER.writers(place.entry(), accounts);
        if (!ours) {
            findings.add(
                    Kind.OWNER,
                    place.path(),
                    "belongs to " + accounts.user(place.entry().uid()) + ", who can change it",
                    "chown -hR " + owner);
        }
        writers.ifPresent(
                who ->
                        findings.add(
                                Kind.WRITABLE,
                                place.path(),
                                "is writable by " + who,
                                "chmod -R "
                                        + Trust.SERVER.withoutWriters(place.entry(), accounts)));
        return ours && writers.isEmpty();
    }

    /** A directory and all below it. */
    void tree(Path root, String owner) {
        Optional<Place> top = directory(root, owner);
        if (top.isEmpty()) {
            return;
        }
        List<Place> foreign = new ArrayList<>();
        List<Place> writable = new ArrayList<>();
        Deque<Place> directories = new ArrayDeque<>(List.of(top.get()));
        while (!directories.isEmpty()) {
            for (Path child : list(directories.removeFirst().path())) {
                if (++entries > MAX_ENTRIES) {
                    findings.add(
                            Kind.OTHER,
                            root,
                            "holds more files than can be looked at",
                            "remove some of them:");
                    return;
                }
                Optional<Place> place = child(child);
                if (place.isEmpty() || !seen.add(place.get().path())) {
                    continue;
                }
                Entry entry = place.get().entry();
                if (!Trust.SERVER.owner(entry, accounts)) {
                    foreign.add(place.get());
                } else if (Trust.SERVER.writers(entry, accounts).isPresent() && !entry.isSocket()) {
                    writable.add(place.get());
                } else if (entry.isDirectory()) {
                    directories.add(place.get());
                }
            }
        }
        tell(
                Kind.OWNER,
                top.get(),
                foreign,
                "belong to others, who can change them",
                "chown -hR " + owner);
        tell(Kind.WRITABLE, top.get(), writable, "are writable by others", "chmod -R go-w");
        if (foreign.size() <= MOST_SINGLE) {
            foreign.forEach(place -> isGood(place, owner));
        }
        if (writable.size() <= MOST_SINGLE) {
            writable.forEach(place -> isGood(place, owner));
        }
    }

    private void tell(Kind kind, Place top, List<Place> bad, String problem, String command) {
        if (bad.size() > MOST_SINGLE) {
            findings.add(
                    kind,
                    top.path(),
                    "has "
                            + bad.size()
                            + " entries that "
                            + problem
                            + ", such as "
                            + Findings.shown(bad.get(0).path()),
                    command);
        }
    }

    // A link leads out of what was looked at: it is followed from the root on.
    private Optional<Place> child(Path path) {
        try {
            Entry entry = files.look(path);
            return entry.isLink()
                    ? follow(path, Trust.SERVER)
                    : Optional.of(new Place(path, entry));
        } catch (IOException vanished) {
            return Optional.empty();
        }
    }

    private List<Path> list(Path directory) {
        try {
            return files.list(directory);
        } catch (NoSuchFileException | AccessDeniedException hidden) {
            return List.of();
        } catch (IOException failed) {
            findings.add(
                    Kind.OTHER,
                    directory,
                    "cannot be looked at (" + failed.getClass().getName() + ")",
                    "ls -l");
            return List.of();
        }
    }
}
