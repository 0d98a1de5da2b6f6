package org.postern.testkit.memory;

import java.util.HashSet;
import java.util.Set;

/** The handles of one storage that are open. */
final class HandleCount {
    private final Set<MemoryHandle> open = new HashSet<>();

    void opened(MemoryHandle handle) {
        open.add(handle);
    }

    void closed(MemoryHandle handle) {
        open.remove(handle);
    }

    int open() {
        return open.size();
    }

    long locked() {
        return open.stream().filter(MemoryHandle::holdsLock).count();
    }
}
