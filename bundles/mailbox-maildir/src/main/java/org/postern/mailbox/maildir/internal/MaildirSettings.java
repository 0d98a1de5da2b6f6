package org.postern.mailbox.maildir.internal;

import java.util.List;
import org.postern.api.config.Settings;

/**
 * org.postern.mailbox.maildir.cfg. Its keys are those of every format's file; {@code locks} and
 * {@code lockTimeout} are checked like the others and change nothing, because renames and unlinks
 * are atomic by themselves.
 *
 * @param durability what an update that was acknowledged survives
 */
record MaildirSettings(Durability durability) {
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
        checkUniqueIds(settings);
        if (!LOCKS.containsAll(settings.list("locks", LOCKS))) {
            settings.refuse("locks", "wants fcntl, flock or both with a comma between");
        }
        settings.seconds("lockTimeout", LOCK_SECONDS, 0, MOST_LOCK_SECONDS);
        return new MaildirSettings(settings.choice("durability", Durability.POWER));
    }

    // Those that clients know from another server are in that server's own files.
    private static void checkUniqueIds(Settings settings) {
        switch (settings.text("uniqueIds", "auto")) {
            case "auto", "postern" -> {}
            case "popa3d", "dovecot", "courier", "qmail" ->
                    settings.refuse(
                            "uniqueIds",
                            "is not available for Maildir in this version: wants auto or postern");
            default -> settings.refuse("uniqueIds", "wants auto or postern");
        }
    }
}
