package org.postern.startup.check.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who this process is, and who is in which group, by /etc/passwd and /etc/group. Users of other
 * sources (LDAP, say) are not seen; they have names in neither file, and a group of theirs is
 * seldom a local user's own.
 */
final class Accounts {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path PASSWD = Path.of("/etc/passwd");
    private static final Path GROUP = Path.of("/etc/group");
    private static final int ROOT = 0;

    private final int uid;
    private final int gid;
    private final Map<Integer, String> userNames = new HashMap<>();
    private final Map<Integer, String> groupNames = new HashMap<>();
    private final Map<Integer, Set<Integer>> members = new HashMap<>();
    private final boolean known;

    private Accounts(int uid, int gid, List<String> passwd, List<String> group) {
        this.uid = uid;
        this.gid = gid;
        known = !passwd.isEmpty();
        Map<String, Integer> users = new HashMap<>();
        for (String line : passwd) {
            String[] fields = line.split(":", -1);
            Optional<Integer> user = number(fields, 2);
            Optional<Integer> primary = number(fields, 3);
            if (user.isPresent() && primary.isPresent()) {
                users.put(fields[0], user.get());
                userNames.putIfAbsent(user.get(), fields[0]);
                members(primary.get()).add(user.get());
            }
        }
        for (String line : group) {
            String[] fields = line.split(":", -1);
            Optional<Integer> number = number(fields, 2);
            if (number.isPresent() && fields.length > 3) {
                groupNames.putIfAbsent(number.get(), fields[0]);
                for (String name : fields[3].split(",", -1)) {
                    if (!name.isBlank()) {
                        // A member whom passwd does not know is somebody else all the same.
                        members(number.get()).add(users.getOrDefault(name.trim(), -1));
                    }
                }
            }
        }
    }

    /**
     * Reads them now.
     *
     * @throws IOException if not even this process's own ids can be read
     */
    static Accounts read(FileView files) throws IOException {
        int uid = -1;
        int gid = -1;
        for (String line : files.lines(STATUS)) {
            // Real, effective, saved and file system id.
            if (line.startsWith("Uid:")) {
                uid = Integer.parseInt(line.split("\\s+", -1)[2]);
            } else if (line.startsWith("Gid:")) {
                gid = Integer.parseInt(line.split("\\s+", -1)[2]);
            }
        }
        if (uid < 0 || gid < 0) {
            throw new IOException("no ids in " + STATUS);
        }
        return new Accounts(uid, gid, orNone(files, PASSWD), orNone(files, GROUP));
    }

    private static List<String> orNone(FileView files, Path path) {
        try {
            return files.lines(path);
        } catch (IOException unreadable) {
            return new ArrayList<>();
        }
    }

    private Set<Integer> members(int group) {
        return members.computeIfAbsent(group, none -> new HashSet<>());
    }

    private static Optional<Integer> number(String[] fields, int index) {
        try {
            return fields.length > index
                    ? Optional.of(Integer.parseUnsignedInt(fields[index]))
                    : Optional.empty();
        } catch (NumberFormatException broken) {
            return Optional.empty();
        }
    }

    int uid() {
        return uid;
    }

    /** Whether a user is root or this process's. */
    boolean isOurs(int user) {
        return user == ROOT || user == uid;
    }

    /**
     * Whether somebody else than root and this process's user is in a group, as far as is known.
     */
    boolean hasOthers(int group) {
        return !known
                || members.getOrDefault(group, Set.of()).stream().anyMatch(user -> !isOurs(user));
    }

    /** Whether a group is this process's own, or root's, and nobody else's. */
    boolean isPrivate(int group) {
        return (group == gid || group == ROOT) && !hasOthers(group);
    }

    String user(int user) {
        String name = userNames.get(user);
        return name == null ? "uid " + Integer.toUnsignedString(user) : "user " + name;
    }

    String group(int group) {
        String name = groupNames.get(group);
        return name == null ? "group " + Integer.toUnsignedString(group) : "group " + name;
    }

    /** This process's group, as chgrp(1) takes it. */
    String ownGroup() {
        return groupNames.getOrDefault(gid, Integer.toUnsignedString(gid));
    }

    /** As chown(1) takes it. */
    String self() {
        return userNames.getOrDefault(uid, Integer.toString(uid));
    }
}
