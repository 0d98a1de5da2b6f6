package org.postern.helper.client.internal;

import org.postern.api.storage.EntryResult;
import org.postern.api.storage.StorageException;
import org.postern.api.storage.StorageException.Kind;

/**
 * What became of one entry.
 *
 * @param code RESULT's first octet
 * @param why RESULT's second octet, for the log
 */
record Result(Code code, Why why) {
    /** In the order of their numbers. */
    enum Code {
        DONE,
        MISSING,
        NOT_PERMITTED,
        CHANGED,
        EXISTS,
        FULL,
        OUT_OF_ORDER
    }

    /** In the order of their numbers. */
    enum Why {
        NOTHING,
        LINK,
        IRREGULAR,
        FOREIGN,
        LINKED
    }

    static Result of(int code, int why) {
        return new Result(Code.values()[code], Why.values()[why]);
    }

    boolean isDone() {
        return code == Code.DONE;
    }

    Kind kind() {
        return switch (code) {
            case MISSING -> Kind.MISSING;
            case NOT_PERMITTED -> Kind.NOT_PERMITTED;
            case CHANGED -> Kind.CHANGED;
            case EXISTS -> Kind.EXISTS;
            case FULL -> Kind.FULL;
            case OUT_OF_ORDER -> Kind.UNAVAILABLE;
            case DONE -> throw new IllegalStateException("it was done");
        };
    }

    EntryResult entryResult() {
        return switch (code) {
            case DONE -> EntryResult.DONE;
            case MISSING -> EntryResult.MISSING;
            case EXISTS -> EntryResult.EXISTS;
            case NOT_PERMITTED -> EntryResult.NOT_PERMITTED;
            case CHANGED, FULL, OUT_OF_ORDER -> EntryResult.FAILED;
        };
    }

    /** Why it was not done. */
    StorageException failure(String subject) {
        return new StorageException(kind(), subject + " " + text());
    }

    /** A predicate for the log. */
    String text() {
        return switch (why) {
            case LINK -> "is a symbolic link";
            case IRREGULAR -> "is not what belongs in its place";
            case FOREIGN -> "belongs to another user";
            case LINKED -> "has more than one hard link";
            case NOTHING ->
                    switch (code) {
                        case DONE -> "is done";
                        case MISSING -> "does not exist";
                        case NOT_PERMITTED -> "may not be used";
                        case CHANGED -> "is another file than before";
                        case EXISTS -> "exists already";
                        case FULL -> "has no space or quota left";
                        case OUT_OF_ORDER -> "is out of order for now";
                    };
        };
    }
}
