package org.postern.helper.client.internal;

import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.postern.api.auth.MailAccess;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;

/**
 * The way to an accepted user's mail: the connection at whose other end an agent waits. Unless it
 * is opened in time, that ends.
 */
final class AcceptedMail implements MailAccess {
    private enum State {
        UNUSED,
        USED,
        CLOSED,
        EXPIRED
    }

    private final AgentConnection agent;
    private final Verdict.Accepted account;
    private final AtomicReference<State> state = new AtomicReference<>(State.UNUSED);
    private volatile Optional<ScheduledFuture<?>> expiry = Optional.empty();

    AcceptedMail(AgentConnection agent, Verdict.Accepted account) {
        this.agent = agent;
        this.account = account;
    }

    /**
     * Lets it expire.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the timer is stopped
     */
    void expireBy(ScheduledExecutorService timer) {
        ScheduledFuture<?> end =
                timer.schedule(() -> end(State.EXPIRED), LIFETIME.toNanos(), TimeUnit.NANOSECONDS);
        expiry = Optional.of(end);
    }

    private void end(State how) {
        if (state.compareAndSet(State.UNUSED, how)) {
            expiry.ifPresent(end -> end.cancel(false));
            agent.close();
        }
    }

    @Override
    public MailStorage open() throws StorageException {
        State before = state.compareAndExchange(State.UNUSED, State.USED);
        return switch (before) {
            case UNUSED -> {
                expiry.ifPresent(end -> end.cancel(false));
                yield new AgentMailStorage(agent, account.format(), account.user(), account.name());
            }
            case USED -> throw new IllegalStateException("the mail was opened before");
            case CLOSED -> throw unavailable("the way to the mail was given up");
            case EXPIRED -> throw unavailable("the way to the mail was not used in time");
        };
    }

    @Override
    public void close() {
        end(State.CLOSED);
    }

    private static StorageException unavailable(String reason) {
        return new StorageException(StorageException.Kind.UNAVAILABLE, reason);
    }
}
