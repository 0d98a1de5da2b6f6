package org.postern.mailbox.maildir.internal;

import java.util.List;

/** Whose unique-ids the messages of a Maildir have: {@code uniqueIds} of the configuration. */
enum IdRule {
    /** Dovecot's or Courier's where they left a list in the Maildir, otherwise base names. */
    AUTO,
    /** Base names. */
    POSTERN,
    DOVECOT,
    COURIER,
    /** Base names, as qmail-pop3d gives them. */
    QMAIL;

    /** The files in the Maildir itself, of which the first that is a list counts. */
    List<String> lists() {
        return switch (this) {
            case AUTO -> List.of(DovecotList.NAME, CourierList.NAME);
            case DOVECOT -> List.of(DovecotList.NAME);
            case COURIER -> List.of(CourierList.NAME);
            case POSTERN, QMAIL -> List.of();
        };
    }
}
