package org.postern.mailbox.maildir.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postern.api.data.OwnDirectory;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;

/**
 * Maildirs as they were read last. Bounded by the memory that all of them take, the least recently
 * used go first. Safe for any number of threads.
 */
final class KnownMaildirs {

    /**
     * What a Maildir is found by: its directory cur, and whose that is. Over the helper the numbers
     * are an agent's word, but the account is who has logged in.
     */
    record Place(long device, long inode, String account) {
        static Place of(FileStatus cur, String account) {
            return new Place(cur.device(), cur.inode(), account);
        }

        /** The account in a number. */
        long accountDigest() {
            byte[] octets = account.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.wrap(UniqueIds.sha256().digest(octets)).getLong();
        }

        /** What a file is called that has something of this Maildir. */
        FileName fileName() {
            return FileName.of(
                    OwnDirectory.name(device, inode) + "-" + Long.toHexString(accountDigest()));
        }
    }

    // In order of use.
    private final Map<Place, KnownMaildir> known = new LinkedHashMap<>(16, 0.75f, true);
    private long memory;

    synchronized Optional<KnownMaildir> find(Place place) {
        return Optional.ofNullable(known.get(place));
    }

    /**
     * Keeps what has just been read.
     *
     * @param most octets of memory for all Maildirs together
     */
    synchronized void keep(Place place, KnownMaildir read, long most) {
        forget(place);
        if (read.memory() <= most) {
            known.put(place, read);
            memory += read.memory();
        }
        for (Iterator<KnownMaildir> oldest = known.values().iterator(); memory > most; ) {
            memory -= oldest.next().memory();
            oldest.remove();
        }
    }

    /** Forgets one that was found to be another than was believed. */
    synchronized void forget(Place place) {
        KnownMaildir gone = known.remove(place);
        if (gone != null) {
            memory -= gone.memory();
        }
    }
}
