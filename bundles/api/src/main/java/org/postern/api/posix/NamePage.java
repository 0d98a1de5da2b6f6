package org.postern.api.posix;

import java.util.List;
import java.util.OptionalLong;

/**
 * Some names of a directory, in the order of the file system.
 *
 * @param names unmodifiable
 * @param next where to go on, or empty after the last page
 */
public record NamePage(List<FileName> names, OptionalLong next) {
    public NamePage {
        names = List.copyOf(names);
    }
}
