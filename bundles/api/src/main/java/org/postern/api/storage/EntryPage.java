package org.postern.api.storage;

import java.util.List;
import java.util.OptionalLong;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;

/**
 * Some entries of a directory, unsorted, whatever their type; "." and ".." left out.
 *
 * @param entries unmodifiable; an entry that vanished while it was listed is left out
 * @param next where to go on, or empty after the last page
 */
public record EntryPage(List<Listed> entries, OptionalLong next) {
    public EntryPage {
        entries = List.copyOf(entries);
    }

    /**
     * An entry.
     *
     * @param name its name
     * @param status of the entry itself, a link not followed
     */
    public record Listed(FileName name, FileStatus status) {}
}
