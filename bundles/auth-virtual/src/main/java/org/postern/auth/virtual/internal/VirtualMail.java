package org.postern.auth.virtual.internal;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postern.api.auth.MailAccess;
import org.postern.api.storage.MailLocation;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.MailStorageProvider;
import org.postern.api.storage.StorageException;

/**
 * The way to a virtual user's mail. Holds nothing open, so that expiring is a look at the clock.
 */
final class VirtualMail implements MailAccess {
    private enum State {
        UNUSED,
        USED,
        CLOSED
    }

    private final MailLocation location;
    private final Supplier<Optional<MailStorageProvider>> provider;
    private final LongSupplier nanoClock;
    private final Runnable opened;
    private final long made;
    private final AtomicReference<State> state = new AtomicReference<>(State.UNUSED);

    /**
     * @param opened told when the mail is opened
     */
    VirtualMail(
            MailLocation location,
            Supplier<Optional<MailStorageProvider>> provider,
            LongSupplier nanoClock,
            Runnable opened) {
        this.location = location;
        this.provider = provider;
        this.nanoClock = nanoClock;
        this.opened = opened;
        this.made = nanoClock.getAsLong();
    }

    @Override
    public MailStorage open() throws StorageException {
        State before = state.compareAndExchange(State.UNUSED, State.USED);
        if (before == State.USED) {
            throw new IllegalStateException("the mail was opened before");
        }
        if (before == State.CLOSED) {
            throw unavailable("the way to the mail was given up");
        }
        if (nanoClock.getAsLong() - made > LIFETIME.toNanos()) {
            throw unavailable("the way to the mail was not used in time");
        }
        opened.run();
        return provider.get()
                .orElseThrow(() -> unavailable("no local mail storage is installed"))
                .open(location);
    }

    @Override
    public void close() {
        state.compareAndSet(State.UNUSED, State.CLOSED);
    }

    private static StorageException unavailable(String reason) {
        return new StorageException(StorageException.Kind.UNAVAILABLE, reason);
    }
}
