package org.postern.mailbox.maildir.internal;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.api.posix.FileName;

/**
 * Names that no other delivery has: time, microseconds, process and count, as every agent makes
 * them, and a random number in the host's place. A host name would tell mail clients where they
 * are, and does not keep containers apart that share one. For any number of threads.
 */
final class DeliveryNames {
    private static final int MICROS_IN_SECOND = 1_000_000;

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong count = new AtomicLong();

    DeliveryNames(InstantSource clock) {
        this.clock = clock;
    }

    FileName next() {
        Instant now = clock.instant();
        return FileName.of(
                now.getEpochSecond()
                        + ".M"
                        + micros(now)
                        + "P"
                        + ProcessHandle.current().pid()
                        + "Q"
                        + count.incrementAndGet()
                        + "_"
                        + HexFormat.of().toHexDigits(random.nextInt())
                        + ".postern");
    }

    // All six digits: names are sorted as text, and mail of one second stays in order.
    private static String micros(Instant now) {
        return Integer.toString(MICROS_IN_SECOND + now.get(ChronoField.MICRO_OF_SECOND))
                .substring(1);
    }
}
