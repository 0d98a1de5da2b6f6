package org.postern.mailbox.maildir.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;

/**
 * The ids that a list has for messages that are there, and for no others, so that its length costs
 * no memory. Each message has one id, and each id one message: of two, the first in the list's
 * order. None begins with a dot, which keeps them apart from hashed ones.
 */
final class ListedIds {
    private final Set<FileName> bases;
    private final Map<FileName, UniqueId> ids = new HashMap<>();
    private final Set<UniqueId> given = new HashSet<>();
    private Optional<List<Optional<FileStatus>>> lists = Optional.of(List.of());

    /**
     * @param bases of the messages that are there
     */
    ListedIds(Set<FileName> bases) {
        this.bases = bases;
    }

    /** Tells which lists there are, each if it is there; empty if one is not fit to be read. */
    void lists(Optional<List<Optional<FileStatus>>> statuses) {
        lists = statuses;
    }

    Optional<List<Optional<FileStatus>>> lists() {
        return lists;
    }

    /** Takes an id, if it is fit for one and not given yet, for a message that has none. */
    void put(FileName base, String id) {
        if (!bases.contains(base) || ids.containsKey(base) || !isFit(id)) {
            return;
        }
        UniqueId unique = new UniqueId(id);
        if (given.add(unique)) {
            ids.put(base, unique);
        }
    }

    private static boolean isFit(String id) {
        return UniqueId.isFit(id) && id.charAt(0) != '.';
    }

    /** A message's id: the list's, or its base name's, which no list has taken from it. */
    UniqueId idOf(FileName base) {
        Optional<UniqueId> listed = Optional.ofNullable(ids.get(base));
        return listed.orElseGet(
                () -> {
                    UniqueId own = UniqueIds.of(base);
                    return given.contains(own) ? UniqueIds.ofTaken(base) : own;
                });
    }
}
