package org.postern.mailbox.maildir.internal;

import java.util.List;
import org.postern.api.config.Settings;

/**
 * org.postern.mailbox.maildir.cfg. Its keys are those of every format's file; {@code locks} and
 * {@code lockTimeout} are checked like the others and change nothing, because renames and unlinks
 * are atomic by themselves.
 *
 * @param uniqueIds how messages are named for clients
 * @param durability what an update that was acknowledged survives
 * @param indexMemory octets of memory for what is known of Maildirs, in all; 0 for none
 * @param indexDisk octets of the data directory for sizes of messages; 0 for none
 */
record MaildirSettings(IdRule uniqueIds, Durability durability, long indexMemory, long indexDisk) {
    /** Some 125,000 messages, with names of 40 octets. A tenth of a heap of 256 MB. */
    static final long INDEX_MEMORY = 24L << 20;

    static final int LOCK_SECONDS = 10;
    private static final int MOST_LOCK_SECONDS = 300;
    private static final List<String> LOCKS = List.of("fcntl", "flock");

    /** What an update that was acknowledged survives. */
    enum Durability {
        /** Loss of power: directories are synced. */
        POWER,
        /** The death of this process. */
        PROCESS
    }

    static MaildirSettings read(Settings settings) {
        if (!LOCKS.containsAll(settings.list("locks", LOCKS))) {
            settings.refuse("locks", "wants fcntl, flock or both with a comma between");
        }
        settings.seconds("lockTimeout", LOCK_SECONDS, 0, MOST_LOCK_SECONDS);
        return new MaildirSettings(
                uniqueIds(settings),
                settings.choice("durability", Durability.POWER),
                settings.number("indexMemory", INDEX_MEMORY, 0, Long.MAX_VALUE),
                settings.number("indexDisk", 0, 0, Long.MAX_VALUE));
    }

    private static IdRule uniqueIds(Settings settings) {
        return settings.parsed(
                "uniqueIds",
                IdRule.AUTO,
                "wants one of auto, postern, dovecot, courier, qmail; popa3d has mboxes alone",
                text ->
                        switch (text) {
                            case "auto" -> IdRule.AUTO;
                            case "postern" -> IdRule.POSTERN;
                            case "dovecot" -> IdRule.DOVECOT;
                            case "courier" -> IdRule.COURIER;
                            case "qmail" -> IdRule.QMAIL;
                            default -> throw new IllegalArgumentException(text);
                        });
    }
}
