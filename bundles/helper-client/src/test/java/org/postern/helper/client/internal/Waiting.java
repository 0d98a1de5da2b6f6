package org.postern.helper.client.internal;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** For what another thread does and nobody tells. */
final class Waiting {
    private static final long PATIENCE = 20_000_000_000L;

    private Waiting() {}

    static void until(BooleanSupplier condition, String what) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE) {
                throw new AssertionError("it never happened: " + what);
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
