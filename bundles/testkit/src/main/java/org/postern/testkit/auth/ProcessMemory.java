package org.postern.testkit.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a core dump of a process would hold: everything that it may write to, heap, stacks and
 * native memory, read while it runs. A dump of the Java heap would not do: it leaves out what the
 * collector has moved and not yet overwritten.
 */
public final class ProcessMemory {
    private static final int PAGE = 4096;

    private final Path process;

    private ProcessMemory(Path process) {
        this.process = process;
    }

    /** This process' own. */
    public static ProcessMemory ofThis() {
        return new ProcessMemory(Path.of("/proc/self"));
    }

    /** A process' that this one may trace: a child of the same user, or any for root. */
    public static ProcessMemory of(long pid) {
        return new ProcessMemory(Path.of("/proc", Long.toString(pid)));
    }

    /**
     * Looks for a password, or for a third of it.
     *
     * @return where, by address and mapping; empty if it is nowhere
     */
    public List<String> find(HiddenPassword password) throws IOException {
        List<String> places = new ArrayList<>();
        long octets = 0;
        try (FileChannel memory = open("mem");
                FileChannel pages = open("pagemap")) {
            Search search = new Search(password, memory, places);
            for (String mapping : writable()) {
                search.enter(mapping);
                octets += search(mapping, pages, search);
            }
        }
        if (octets == 0) {
            throw new IOException("nothing of " + process + " could be read");
        }
        return places;
    }

    private FileChannel open(String name) throws IOException {
        return FileChannel.open(process.resolve(name), StandardOpenOption.READ);
    }

    private List<String> writable() throws IOException {
        return Files.readAllLines(process.resolve("maps"), StandardCharsets.ISO_8859_1).stream()
                .filter(mapping -> mapping.startsWith(" rw", mapping.indexOf(' ')))
                .toList();
    }

    // Only the pages that exist: most of a heap has never been touched.
    private static long search(String mapping, FileChannel pages, Search search)
            throws IOException {
        int dash = mapping.indexOf('-');
        long from = Long.parseLong(mapping, 0, dash, 16) / PAGE;
        long end = Long.parseLong(mapping, dash + 1, mapping.indexOf(' '), 16) / PAGE;
        ByteBuffer entries = ByteBuffer.allocate((int) (end - from) * Long.BYTES);
        if (pages.read(entries, from * Long.BYTES) != entries.capacity()) {
            return 0;
        }
        entries.order(ByteOrder.nativeOrder());
        long octets = 0;
        for (int page = 0; page < end - from; page++) {
            // Bits 63 and 62: in memory, or swapped out.
            if (entries.getLong(page * Long.BYTES) >>> 62 != 0) {
                octets += search.page((from + page) * PAGE);
            }
        }
        return octets;
    }

    private static final class Search {
        private final FileChannel memory;
        private final List<String> places;
        private final ByteBuffer chunk = ByteBuffer.allocateDirect(PAGE);
        private final long[] mask = new long[HiddenPassword.FRAGMENTS];
        private final long[] masked = new long[HiddenPassword.FRAGMENTS];
        private String mapping = "";
        private long window;
        private int letters;
        private long next;

        Search(HiddenPassword password, FileChannel memory, List<String> places) {
            this.memory = memory;
            this.places = places;
            for (int i = 0; i < HiddenPassword.FRAGMENTS; i++) {
                mask[i] = password.mask(i);
                masked[i] = password.masked(i);
            }
        }

        void enter(String newMapping) {
            mapping = newMapping;
        }

        int page(long address) {
            try {
                if (memory.read(chunk.clear(), address) != PAGE) {
                    return 0;
                }
            } catch (IOException unreadable) {
                // It has gone meanwhile, or is a device's.
                return 0;
            }
            if (address != next) {
                letters = 0;
            }
            next = address + PAGE;
            for (int i = 0; i < PAGE; i++) {
                byte octet = chunk.get(i);
                window = window << 8 | (octet & 0xFF);
                letters = octet >= 'a' && octet <= 'z' ? letters + 1 : 0;
                if (letters >= HiddenPassword.FRAGMENT) {
                    compare(address + i);
                }
            }
            return PAGE;
        }

        private void compare(long address) {
            for (int i = 0; i < HiddenPassword.FRAGMENTS; i++) {
                if ((window ^ mask[i]) == masked[i]) {
                    places.add(Long.toHexString(address) + " in " + mapping);
                }
            }
        }
    }
}
