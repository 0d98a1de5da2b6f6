package org.postern.helper.client.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;
import org.postern.api.auth.Account;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.queue.CheckBounds;
import org.postern.api.helper.Helper;
import org.postern.api.helper.HelperException;
import org.postern.api.helper.HelperMethod;
import org.postern.api.helper.HelperStatus;
import org.postern.api.helper.ListeningSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.slf4j.LoggerFactory;

/**
 * The helper at a socket. Each question has its own connection, so that a restart goes unnoticed.
 */
public final class SocketHelper implements Helper, AutoCloseable {
    private static final Duration STATUS_DEADLINE = Duration.ofSeconds(5);
    private static final Duration LISTEN_DEADLINE = Duration.ofSeconds(10);
    // As many workers as use them at once on a small machine.
    private static final int BUFFERS = 8;
    private static final String STOPPING = "the helper's client is being stopped";

    private final Posix posix;
    private final long server;
    private final ReplyPoller poller;
    private final ScheduledExecutorService timer;
    private final HelperState state;
    private final ProblemLog problems;
    private final BufferPool requests = new BufferPool(Requests.LONGEST_LOGIN, BUFFERS);
    private final BufferPool replies = new BufferPool(ReplyReader.LONGEST, BUFFERS);
    private final LongSupplier nanoClock;
    private final LoginQueue logins;
    private final Set<Question<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile Optional<HelperSocket> socket = Optional.empty();
    private volatile boolean stopped;

    SocketHelper(
            Posix posix,
            long server,
            ReplyPoller poller,
            ScheduledExecutorService timer,
            LongSupplier nanoClock) {
        this.posix = posix;
        this.server = server;
        this.poller = poller;
        this.timer = timer;
        this.nanoClock = nanoClock;
        this.logins = new LoginQueue(timer, nanoClock);
        this.problems = new ProblemLog(LoggerFactory.getLogger(SocketHelper.class), nanoClock);
        this.state = new HelperState(problems, nanoClock);
    }

    /**
     * With a thread and a timer of its own, and no socket yet.
     *
     * @param server the uid that whoever listens there must have
     */
    public static SocketHelper start(Posix posix, long server) throws PosixException {
        return new SocketHelper(
                posix, server, ReplyPoller.start(posix), newTimer(), System::nanoTime);
    }

    private static ScheduledExecutorService newTimer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "postern-helper-timer");
                            thread.setDaemon(true);
                            return thread;
                        });
        // Otherwise each login stays in memory until its deadline.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** From now on the helper is the one at this socket. */
    public void use(Path path) {
        socket = Optional.of(new HelperSocket(posix, path, server));
        state.forget();
        find();
    }

    /** From now on so many logins are under way and wait. */
    void allow(CheckBounds bounds) {
        logins.allow(bounds);
    }

    /** There is no socket, for this reason. */
    void useNone(String reason) {
        socket = Optional.empty();
        state.unreachable(reason);
    }

    @Override
    public AuthenticationAttempt authenticate(
            HelperMethod method, String backend, AuthenticationRequest request) {
        // Longer than any password that crypt(3) or PAM takes, and so never right. That it is
        // answered sooner than others tells a client the length that it has sent, and nothing else:
        // neither name nor user is looked at.
        if (request.secret().length() > Tag.SECRET.most()) {
            return LoginAttempt.of(new Declined());
        }
        if (request.source().isUnresolved() || request.local().isUnresolved()) {
            return LoginAttempt.of(new Unavailable("the connection's address is not known"));
        }
        state.want();
        Optional<HelperSocket> target = socket;
        if (target.isEmpty()) {
            return LoginAttempt.of(new Unavailable(state.status().detail()));
        }
        LoginExchange exchange = new LoginExchange(method, request);
        QueuedQuestion<Verdict> question =
                new QueuedQuestion<>(
                        exchange,
                        request.deadline(),
                        nanoClock,
                        left -> ask(target.get(), exchange, left),
                        LoginQueue::judge);
        logins.enter(question, request.source().getAddress());
        CompletableFuture<AuthenticationOutcome> outcome =
                question.answer()
                        .thenApply(
                                answer -> outcome(answer, exchange, method, backend, target.get()));
        return new LoginAttempt(outcome, () -> question.giveUp("cancelled"));
    }

    private <R> Question<R> ask(HelperSocket target, Exchange<R> exchange, Duration deadline) {
        Question<R> question = new Question<>(target, poller, timer, requests, exchange);
        underWay.add(question);
        var unused = question.answer().whenComplete((done, failure) -> underWay.remove(question));
        question.begin(deadline);
        if (stopped) {
            question.giveUp(STOPPING);
        }
        return question;
    }

    private AuthenticationOutcome outcome(
            Answer<Verdict> answer,
            LoginExchange exchange,
            HelperMethod method,
            String backend,
            HelperSocket target) {
        if (answer instanceof Answer.Given<Verdict> given) {
            Verdict verdict = given.reply();
            if (verdict instanceof Verdict.Accepted accepted) {
                noteDecision(target, method);
                return accepted(accepted, exchange, backend);
            }
            if (verdict instanceof Verdict.Declined) {
                noteDecision(target, method);
                return new Declined();
            }
            // It may be that helper.conf has changed.
            find();
            return new Unavailable(state.unavailable(method));
        }
        Answer.Failed<Verdict> failed = (Answer.Failed<Verdict>) answer;
        noteFailure(target, failed);
        return new Unavailable(failed.reason());
    }

    private AuthenticationOutcome accepted(
            Verdict.Accepted accepted, LoginExchange exchange, String backend) {
        AgentConnection agent =
                new AgentConnection(exchange.agent(), replies, problems, AgentConnection.PATIENCE);
        AcceptedMail mail = new AcceptedMail(agent, accepted);
        try {
            mail.expireBy(timer);
        } catch (RejectedExecutionException stopping) {
            mail.close();
            return new Unavailable(STOPPING);
        }
        return new Accepted(new Account(accepted.name(), backend), mail);
    }

    private void noteDecision(HelperSocket target, HelperMethod method) {
        if (isCurrent(target)) {
            state.decided(target, method);
        }
    }

    private void noteFailure(HelperSocket target, Answer.Failed<?> failed) {
        if (failed.broken() && isCurrent(target)) {
            state.unreachable(failed.reason());
        }
    }

    private boolean isCurrent(HelperSocket target) {
        return socket.isPresent() && socket.get().equals(target);
    }

    @Override
    public HelperStatus status() {
        find();
        return state.status();
    }

    private void find() {
        Optional<HelperSocket> target = socket;
        if (stopped || target.isEmpty() || !state.beginToAsk()) {
            return;
        }
        var unused =
                ask(target.get(), new StatusExchange(), STATUS_DEADLINE)
                        .answer()
                        .thenAccept(answer -> found(target.get(), answer));
    }

    private void found(HelperSocket target, Answer<Set<HelperMethod>> answer) {
        if (!isCurrent(target)) {
            return;
        }
        if (answer instanceof Answer.Given<Set<HelperMethod>> given) {
            state.allows(target, given.reply());
        } else if (answer instanceof Answer.Failed<Set<HelperMethod>> failed && !stopped) {
            state.unreachable(failed.reason());
        }
    }

    @Override
    public List<ListeningSocket> listeningSockets() throws HelperException {
        state.want();
        HelperSocket target =
                socket.orElseThrow(() -> new HelperException(state.status().detail()));
        Question<List<ListeningSocket>> question =
                ask(target, new ListenExchange(), LISTEN_DEADLINE);
        try {
            Answer<List<ListeningSocket>> answer = question.answer().get();
            if (answer instanceof Answer.Given<List<ListeningSocket>> given) {
                return given.reply();
            }
            Answer.Failed<List<ListeningSocket>> failed =
                    (Answer.Failed<List<ListeningSocket>>) answer;
            noteFailure(target, failed);
            throw new HelperException(failed.reason());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            question.giveUp("interrupted");
            // It may have been answered just before.
            if (question.answer().join() instanceof Answer.Given<List<ListeningSocket>> given) {
                given.reply().forEach(ListeningSocket::close);
            }
            throw new HelperException("interrupted", stop);
        } catch (ExecutionException impossible) {
            throw new HelperException("the helper could not be asked", impossible);
        }
    }

    /** How many questions wait for an answer. */
    int underWay() {
        return underWay.size();
    }

    /**
     * Answers all logins under way. Mail that was opened stays open; mail that was accepted can be
     * opened in its time, for which the timer runs on.
     */
    @Override
    public void close() {
        stopped = true;
        logins.close();
        underWay.forEach(question -> question.giveUp(STOPPING));
        timer.shutdown();
        poller.close();
    }
}
