package org.postern.pop3.internal;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.postern.api.auth.Authentication;
import org.postern.api.limits.Limits;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.protocol.Connection;

/**
 * What all sessions use.
 *
 * @param aheadPlaces {@link OpenedAhead#SESSIONS} of them
 * @param delays for each connection, timers that outlive it ({@link Bench#delayOn})
 */
record Pop3Services(
        Authentication authentication,
        CurrentSasl sasl,
        Mailboxes mailboxes,
        Limits limits,
        Semaphore aheadPlaces,
        Function<Connection, BiConsumer<Runnable, Duration>> delays) {}
