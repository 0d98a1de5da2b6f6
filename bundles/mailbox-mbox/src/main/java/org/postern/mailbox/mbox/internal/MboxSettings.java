package org.postern.mailbox.mbox.internal;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.postern.api.config.Settings;
import org.postern.api.posix.LockKind;

/**
 * org.postern.mailbox.mbox.cfg.
 *
 * @param uniqueIds how messages are named
 * @param durability what an acknowledged deletion survives
 * @param locks which lock families are taken, not empty
 * @param lockTimeout how long another program's lock is waited for
 * @param indexMemory octets of memory for what is known of mailboxes, in all; 0 for none
 * @param indexDisk octets of the data directory for the same; 0 for none
 */
record MboxSettings(
        UniqueIds.Rule uniqueIds,
        Durability durability,
        Set<LockKind> locks,
        Duration lockTimeout,
        long indexMemory,
        long indexDisk) {
    /**
     * Some 300,000 messages with the ids of popa3d: three of the largest mailboxes that the limits
     * allow by default, or those of thousands who read theirs. A tenth of a heap of 256 MB.
     */
    static final long INDEX_MEMORY = 24L << 20;

    private static final int LOCK_SECONDS = 10;
    // A client gives up after some minutes, and its session holds a descriptor all that time.
    private static final int MOST_LOCK_SECONDS = 300;

    /** What a change that was acknowledged survives. */
    enum Durability {
        /** Loss of power. */
        POWER,
        /** The death of this process. */
        PROCESS
    }

    MboxSettings {
        locks = Set.copyOf(locks);
    }

    /** Whether what is written has to be synced. */
    boolean survivesPower() {
        return durability == Durability.POWER;
    }

    static MboxSettings parse(Settings settings) {
        return new MboxSettings(
                settings.parsed(
                        "uniqueIds",
                        UniqueIds.Rule.AUTO,
                        "wants one of auto, postern, popa3d, dovecot; courier and qmail name"
                                + " messages of Maildirs alone",
                        UniqueIds.Rule::named),
                settings.choice("durability", Durability.POWER),
                locks(settings),
                settings.seconds("lockTimeout", LOCK_SECONDS, 0, MOST_LOCK_SECONDS),
                settings.number("indexMemory", INDEX_MEMORY, 0, Long.MAX_VALUE),
                settings.number("indexDisk", 0, 0, Long.MAX_VALUE));
    }

    private static Set<LockKind> locks(Settings settings) {
        Set<LockKind> kinds = EnumSet.noneOf(LockKind.class);
        List<String> names = settings.list("locks", List.of("fcntl", "flock"));
        boolean understood = !names.isEmpty();
        for (String name : names) {
            switch (name) {
                case "fcntl" -> kinds.add(LockKind.FCNTL);
                case "flock" -> kinds.add(LockKind.FLOCK);
                default -> understood = false;
            }
        }
        if (!understood) {
            settings.refuse(
                    "locks",
                    "wants fcntl, flock or both with a comma between; dot-locks are not supported:"
                            + " nothing here may write into the mail spool");
        }
        return kinds;
    }
}
