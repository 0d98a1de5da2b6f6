package org.postern.api.limits;

import java.time.Duration;

/** What becomes of something that was asked for. */
public sealed interface Admission {

    /** It may go on. */
    record Admitted() implements Admission {}

    /**
     * It may not.
     *
     * @param reason for the log, such as {@code per source limit reached}
     */
    record Refused(String reason) implements Admission {}

    /** Not yet: ask again after this time. */
    record Delayed(Duration duration) implements Admission {}
}
