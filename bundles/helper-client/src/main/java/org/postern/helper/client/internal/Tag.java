package org.postern.helper.client.internal;

import java.util.Optional;

/** The items of PROTOCOL.md, with the bounds of their lengths in octets. */
enum Tag {
    METHOD(1, 1, 1),
    NAME(2, 1, 255),
    SECRET(3, 0, 1024),
    SOURCE(4, 4, 16),
    LOCAL(5, 4, 16),
    ENTRY(6, 2, 256),
    IDENTITY(7, 16, 16),
    PLACE(8, 1, 1),
    POSITION(9, 8, 8),
    VERDICT(32, 1, 1),
    UID(33, 4, 4),
    FORMAT(34, 1, 1),
    RESULT(35, 2, 2),
    LISTED(36, 57, 311),
    NEXT(37, 8, 8),
    SOCKET(38, 6, 18),
    REASON(39, 1, 1),
    METHODS(40, 1, 1);

    private final int number;
    private final int least;
    private final int most;

    Tag(int number, int least, int most) {
        this.number = number;
        this.least = least;
        this.most = most;
    }

    int number() {
        return number;
    }

    int most() {
        return most;
    }

    boolean allows(int length) {
        return length >= least && length <= most;
    }

    static Optional<Tag> of(int number) {
        for (Tag tag : values()) {
            if (tag.number == number) {
                return Optional.of(tag);
            }
        }
        return Optional.empty();
    }
}
