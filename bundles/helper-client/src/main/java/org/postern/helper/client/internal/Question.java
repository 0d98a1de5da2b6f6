package org.postern.helper.client.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.postern.api.helper.HelperException;
import org.postern.api.posix.Errno;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.ReceivedMessage;

/**
 * One request on a connection of its own, and the wait for its reply, which takes no thread. The
 * connection ends with the question, whatever ends it, unless it lives on in the reply.
 *
 * @param <R> what the reply says
 */
final class Question<R> {
    static final int FIRST = 1;

    // How long a full backlog is left alone.
    private static final long AGAIN_MILLIS = 20;
    private static final String OVERDUE = "the helper has not answered in time: see its log";

    private final HelperSocket target;
    private final ReplyPoller poller;
    private final ScheduledExecutorService timer;
    private final BufferPool requests;
    private final Exchange<R> exchange;
    private final CompletableFuture<Answer<R>> answer = new CompletableFuture<>();
    // The connection until it ends or lives on elsewhere. All that is done to it is done under this
    // object's lock, so that nothing registers what has just been closed.
    private Optional<MessageSocket> socket = Optional.empty();

    Question(
            HelperSocket target,
            ReplyPoller poller,
            ScheduledExecutorService timer,
            BufferPool requests,
            Exchange<R> exchange) {
        this.target = target;
        this.poller = poller;
        this.timer = timer;
        this.requests = requests;
        this.exchange = exchange;
    }

    /** Completes once and never exceptionally. */
    CompletableFuture<Answer<R>> answer() {
        return answer;
    }

    /** Asks, without blocking. */
    void begin(Duration deadline) {
        try {
            ScheduledFuture<?> overdue =
                    timer.schedule(() -> giveUp(OVERDUE), deadline.toNanos(), TimeUnit.NANOSECONDS);
            var unused = answer.whenComplete((done, failure) -> overdue.cancel(false));
            attempt();
        } catch (RejectedExecutionException stopped) {
            giveUp("the helper's client is being stopped");
        }
    }

    /** Nobody waits any more, for this reason. */
    void giveUp(String reason) {
        fail(reason, false);
    }

    private void fail(String reason, boolean broken) {
        answer.complete(new Answer.Failed<>(reason, broken));
        release();
    }

    private synchronized void release() {
        socket.ifPresent(
                open -> {
                    poller.deregister(open);
                    open.close();
                });
        socket = Optional.empty();
    }

    private void attempt() {
        try {
            if (!connectAndSend()) {
                var unused = timer.schedule(this::attempt, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (HelperException failed) {
            fail(failed.getMessage(), true);
        } catch (PosixException failed) {
            fail("the helper takes no request: " + failed.getMessage(), true);
        } catch (IllegalStateException wiped) {
            // Who asked has its answer by now, or wants none.
            giveUp("the password has been wiped before it could be checked");
        } catch (RejectedExecutionException stopped) {
            giveUp("the helper's client is being stopped");
        }
    }

    private synchronized boolean connectAndSend() throws HelperException, PosixException {
        if (answer.isDone()) {
            return true;
        }
        Optional<MessageSocket> connected = target.connect();
        if (connected.isEmpty()) {
            return false;
        }
        socket = connected;
        send(connected.get());
        poller.register(connected.get(), this::receive);
        return true;
    }

    private void send(MessageSocket connected) throws HelperException, PosixException {
        ByteBuffer request = requests.take();
        try {
            RequestWriter writer = new RequestWriter(request, exchange.type(), FIRST);
            exchange.write(writer);
            writer.finish();
            if (!connected.send(request)) {
                throw new HelperException("the helper takes no request: restart it");
            }
        } catch (PosixException failed) {
            // A helper that turned us away has said why before it closed, and that is read next.
            if (failed.errno() != Errno.EPIPE && failed.errno() != Errno.ECONNRESET) {
                throw failed;
            }
        } finally {
            requests.wipeAndGiveBack(request);
        }
    }

    private void receive(ByteBuffer buffer) {
        Optional<MessageSocket> open = open();
        if (open.isEmpty()) {
            return;
        }
        try {
            Optional<ReceivedMessage> received = open.get().receive(buffer.clear());
            if (received.isEmpty()) {
                watchAgain();
            } else {
                deal(received.get(), buffer.flip(), open.get());
            }
        } catch (PosixException failed) {
            fail("the connection to the helper broke: " + failed.getMessage(), true);
        } catch (ReplyException refused) {
            fail(refused.getMessage(), true);
        }
    }

    private synchronized Optional<MessageSocket> open() {
        return socket;
    }

    private synchronized void watchAgain() throws PosixException {
        if (socket.isPresent()) {
            poller.register(socket.get(), this::receive);
        }
    }

    private void deal(ReceivedMessage message, ByteBuffer octets, MessageSocket from)
            throws ReplyException {
        boolean dealtWith = false;
        try {
            if (message.isEnd()) {
                throw new ReplyException(
                        "the helper ended the connection without an answer: see its log");
            }
            ReplyReader.require(!message.truncated(), "more than a reply holds");
            ReplyReader reader = new ReplyReader(octets, exchange.type(), FIRST);
            R reply = exchange.read(reader, message);
            dealtWith = true;
            give(reply, from);
        } finally {
            if (!dealtWith) {
                message.close();
            }
        }
    }

    private void give(R reply, MessageSocket from) {
        if (exchange.keeps(reply, from)) {
            handOver();
        }
        if (!answer.complete(new Answer.Given<>(reply))) {
            exchange.discard(reply);
        }
        release();
    }

    private synchronized void handOver() {
        socket = Optional.empty();
    }
}
