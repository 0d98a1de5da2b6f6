package org.postern.sasl.oauth.internal;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is got from elsewhere, got again from time to time, and kept while it cannot be
 * had: a file's content, a server's keys. It is got at most once in {@code least}, whatever is
 * asked, so that no stranger can make this server ask another one.
 *
 * @param <T> what it is once parsed, immutable
 */
final class Kept<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Kept.class);

    /** What is got, understood. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(byte[] octets) throws ContentProblemException;
    }

    private final String name;
    private final Supplier<CompletableFuture<byte[]>> getter;
    private final Parser<T> parser;
    private final long least;
    private final long refresh;
    private final LongSupplier nanoClock;
    private final ScheduledFuture<?> ticking;
    private volatile Optional<T> current = Optional.empty();
    private volatile String problem;
    private byte[] octets = {};
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private long begun;
    private boolean ever;

    /**
     * @param name for the log
     * @param getter begins to get it; never blocks
     * @param least between two times that it is got
     * @param refresh when it is got again without being asked for
     */
    Kept(
            String name,
            Supplier<CompletableFuture<byte[]>> getter,
            Parser<T> parser,
            Duration least,
            Duration refresh,
            LongSupplier nanoClock,
            ScheduledExecutorService timer) {
        this.name = name;
        this.getter = getter;
        this.parser = parser;
        this.least = least.toNanos();
        this.refresh = refresh.toNanos();
        this.nanoClock = nanoClock;
        this.problem = name + " has not been read yet";
        this.ticking =
                timer.scheduleWithFixedDelay(this::tick, 0, least.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The last one that was good. */
    Optional<T> current() {
        return current;
    }

    /** What is wrong with it as it is now, or empty. */
    String problem() {
        return problem;
    }

    /**
     * Gets it again, if that is not too early.
     *
     * @return done when it was got, or could not be; empty if it is too early
     */
    synchronized Optional<CompletableFuture<Void>> renewed() {
        if (!underWay.isDone()) {
            return Optional.of(underWay);
        }
        if (ever && nanoClock.getAsLong() - begun < least) {
            return Optional.empty();
        }
        begin();
        return Optional.of(underWay);
    }

    private synchronized void tick() {
        boolean due = !ever || !problem.isEmpty() || nanoClock.getAsLong() - begun >= refresh;
        if (due && underWay.isDone()) {
            begin();
        }
    }

    private void begin() {
        ever = true;
        begun = nanoClock.getAsLong();
        try {
            underWay = getter.get().handle(this::got);
        } catch (RejectedExecutionException busy) {
            LOG.debug("{} is got when there is time", name);
        }
    }

    private synchronized Void got(byte[] content, Throwable failure) {
        try {
            if (failure != null) {
                throw new ContentProblemException(reason(failure));
            }
            if (current.isEmpty() || !Arrays.equals(content, octets)) {
                current = Optional.of(parser.parse(content));
                octets = content;
                LOG.info("{} read", name);
            }
            problem = "";
        } catch (ContentProblemException bad) {
            refuse(bad.getMessage());
        } catch (RuntimeException failed) {
            // It came from elsewhere, and logins wait for what becomes of it. Not its message: that
            // may quote what came.
            refuse("cannot be read: " + failed.getClass().getName());
        }
        return null;
    }

    private void refuse(String why) {
        String before = problem;
        problem = name + ": " + why;
        if (!problem.equals(before)) {
            LOG.error(
                    "{}{}",
                    problem,
                    current.isPresent() ? " (the last good one stays in force)" : "");
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof ContentProblemException
                ? cause.getMessage()
                : AuthorizationServer.reason(cause);
    }

    @Override
    public void close() {
        ticking.cancel(false);
    }
}
