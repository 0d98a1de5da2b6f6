package org.postern.helper.client.internal;

/** The requests of PROTOCOL.md. */
enum RequestType {
    STATUS(1),
    LISTEN(2),
    LOGIN(3),
    OPEN_MAILBOX(16),
    OPEN_UPDATE(17),
    CREATE_MAILBOX(18),
    LIST(19),
    OPEN(20),
    RENAME(21),
    UNLINK(22),
    CREATE(23),
    SYNC(24);

    private static final int REPLY = 0x8000;

    private final int number;

    RequestType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The type of a reply to this. */
    int reply() {
        return number | REPLY;
    }
}
