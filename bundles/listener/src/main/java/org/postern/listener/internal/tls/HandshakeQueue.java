package org.postern.listener.internal.tls;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.postern.api.auth.queue.Check;
import org.postern.api.auth.queue.CheckBounds;
import org.postern.api.auth.queue.CheckQueue;
import org.postern.api.auth.queue.CheckResult;
import org.postern.api.auth.queue.Turn;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose handshake is computed next. A handshake costs the server some milliseconds and a stranger
 * hardly anything, so sources take turns as they do for password checks ({@link CheckQueue}): who
 * has logged in of late, is not known, or has failed. What a source did, it hears of the sessions.
 */
@Component(service = {Handshakes.class, SessionListener.class})
public final class HandshakeQueue implements Handshakes, SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeQueue.class);

    /** It computes all the time: more threads than processors gain nothing. */
    private static final int THREADS =
            Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));

    /** One for each connection that there can be at once. */
    private static final int WAITING = 10_000;

    private static final int IDLE_SECONDS = 60;
    private static final int CLOSE_SECONDS = 5;

    private final ThreadPoolExecutor threads;
    private final CheckQueue queue;

    @Activate
    public HandshakeQueue() {
        this(new CheckBounds(THREADS, WAITING));
    }

    HandshakeQueue(CheckBounds bounds) {
        AtomicInteger number = new AtomicInteger();
        threads =
                new ThreadPoolExecutor(
                        bounds.running(),
                        bounds.running(),
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread =
                                    new FastThreadLocalThread(
                                            task, "postern-tls-" + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        });
        threads.allowCoreThreadTimeOut(true);
        queue = new CheckQueue(bounds, System::nanoTime);
    }

    @Deactivate
    void close() throws InterruptedException {
        threads.shutdown();
        threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Executor of(InetAddress client) {
        return work -> {
            Step step = new Step(work);
            queue.enter(client, step);
            if (step.refused) {
                throw new RejectedExecutionException("too many handshakes");
            }
        };
    }

    /** Only the order in which handshakes are computed depends on it. */
    @Override
    public void handle(SessionEvent event) {
        if (event instanceof SessionEvent.LoggedIn in) {
            note(in.session(), CheckResult.ACCEPTED);
        } else if (event instanceof SessionEvent.LoginFailed failed) {
            note(failed.session(), CheckResult.DECLINED);
        } else if (event instanceof SessionEvent.Closed closed
                && closed.end() == SessionEnd.TLS_FAILED) {
            note(closed.session(), CheckResult.DECLINED);
        }
    }

    private void note(SessionInfo session, CheckResult result) {
        queue.note(session.source().getAddress(), result);
    }

    /** What one handshake has to compute now. */
    private final class Step implements Check {
        private final Runnable work;
        private volatile boolean refused;

        Step(Runnable work) {
            this.work = work;
        }

        @Override
        public void begin(Turn turn) {
            threads.execute(
                    () -> {
                        try {
                            work.run();
                        } catch (RuntimeException | Error thrown) {
                            LOG.error("a handshake failed for a reason of our own", thrown);
                        } finally {
                            turn.over(CheckResult.NONE);
                        }
                    });
        }

        // The newcomer hears it at once; who waited already, by his handshake's timeout.
        @Override
        public void dropped(String reason) {
            refused = true;
        }
    }
}
