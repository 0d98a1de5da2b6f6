package org.postern.testkit.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;
import org.postern.api.protocol.Cancellable;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.protocol.OutputBuffer;
import org.postern.api.protocol.Protocol;
import org.postern.api.protocol.ProtocolSession;
import org.postern.api.session.SessionEnd;

/**
 * A connection whose event loop, workers, timers and client are moved by a test, one step at a time
 * on one thread, in the same order each time. It is strict where the contract is: a session that
 * spins on its input, calls from a worker what belongs to the event loop, uses a buffer that it has
 * given away, or looks at what came ahead of encryption, fails the test. Only {@link #execute} may
 * be called on another thread.
 */
public final class ManualConnection implements Connection {
    private final ListenerSettings listener;
    private final boolean passwordsAllowed;
    private final RecordedSession session;
    private final ManualBuffers buffers = new ManualBuffers();
    private final Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> workers = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(
                    Comparator.comparing((Timer timer) -> timer.due)
                            .thenComparing(timer -> timer.number));
    private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    private Optional<ProtocolSession> protocolSession = Optional.empty();
    private byte[] input = {};
    private Duration now = Duration.ZERO;
    private long timersMade;
    private Duration idleTimeout;
    private Duration quietSince = Duration.ZERO;
    private Encryption encryption;
    private Optional<byte[]> delivering = Optional.empty();
    private boolean paused;
    private boolean workersFull;
    private boolean onWorker;
    private boolean readerStalled;
    private boolean toldUnwritable;
    private int waitingOctets;
    private int mostWaiting;
    private Optional<Ending> closing = Optional.empty();
    private Optional<Ending> ended = Optional.empty();

    private record Ending(SessionEnd end, String detail) {}

    private enum Encryption {
        NONE,
        OFFERED,
        /** Asked for within the input that is being delivered. */
        BEGUN,
        /** The handshake is under way. */
        UNDER_WAY,
        DONE
    }

    private static final class Timer {
        private final Duration due;
        private final long number;
        private final Runnable task;

        Timer(Duration due, long number, Runnable task) {
            this.due = due;
            this.number = number;
            this.task = task;
        }
    }

    /** A connection on which passwords may be sent, without encryption. */
    public ManualConnection() {
        this(settings(Duration.ofMinutes(10)), true, TlsLevel.NONE);
    }

    /** A connection of a listener configured like this. */
    public ManualConnection(ListenerSettings listener, boolean passwordsAllowed, TlsLevel tls) {
        this.listener = listener;
        this.passwordsAllowed = passwordsAllowed;
        this.idleTimeout = listener.idleTimeout();
        this.session = new RecordedSession("manual", listener.name(), tls);
        this.encryption = tls == TlsLevel.NONE ? Encryption.NONE : Encryption.DONE;
    }

    /** A listener's settings with nothing special but this timeout. */
    public static ListenerSettings settings(Duration idleTimeout) {
        return new ListenerSettings("manual", List.of(), List.of(), idleTimeout);
    }

    // ---- The test's hands.

    /** The listener offers encryption, which nothing has yet; to be called first. */
    public ManualConnection offerEncryption() {
        if (encryption != Encryption.NONE) {
            throw new IllegalStateException("it is encrypted, or offered, already");
        }
        encryption = Encryption.OFFERED;
        return this;
    }

    /**
     * The handshake succeeds. What the client sends from now on is encrypted; passwords may cross.
     */
    public ManualConnection handshake() {
        settle();
        if (encryption != Encryption.UNDER_WAY) {
            throw new AssertionError("no handshake is under way");
        }
        encryption = Encryption.DONE;
        quietSince = now;
        session.encrypted(TlsLevel.ENCRYPTED, ManualTls.VERSION);
        return this;
    }

    /** The client has connected; nothing has run yet when this returns but the opening itself. */
    public ManualConnection open(Protocol protocol) {
        protocolSession = Optional.of(protocol.open(this));
        return this;
    }

    /** The client sends octets; delivered at the next step that has nothing older to do. */
    public ManualConnection receive(byte[] octets) {
        byte[] all = new byte[input.length + octets.length];
        System.arraycopy(input, 0, all, 0, input.length);
        System.arraycopy(octets, 0, all, input.length, octets.length);
        input = all;
        quietSince = now;
        return this;
    }

    /** The client sends octets, given as ISO 8859-1. */
    public ManualConnection receive(String latin1) {
        return receive(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Does one thing that is due: a task of the event loop, or else delivers input, or else runs a
     * worker's task. Timers are {@link #elapse}'s.
     *
     * @return false if nothing was due
     */
    public boolean step() {
        Runnable task = loop.poll();
        if (task != null) {
            task.run();
            return true;
        }
        if (mayDeliver()) {
            deliver();
            return true;
        }
        Runnable work = workers.poll();
        if (work == null) {
            return false;
        }
        onWorker = true;
        try {
            work.run();
        } finally {
            onWorker = false;
        }
        return true;
    }

    /** Steps until nothing is due. */
    public ManualConnection settle() {
        while (step()) {
            // What it does is done in step.
        }
        return this;
    }

    /** Lets time pass: timers fire in order, each followed by everything that is then due. */
    public ManualConnection elapse(Duration duration) {
        Duration until = now.plus(duration);
        settle();
        while (nextDue().compareTo(until) <= 0) {
            now = nextDue();
            if (!timers.isEmpty() && timers.peek().due.compareTo(now) <= 0) {
                timers.poll().task.run();
            } else {
                end(SessionEnd.IDLE);
            }
            settle();
        }
        now = until;
        return this;
    }

    /**
     * Lets time pass until the next timer fires; the idle timeout is none.
     *
     * @return false if there is none
     */
    public boolean elapseToTimer() {
        settle();
        if (timers.isEmpty()) {
            return false;
        }
        elapse(timers.peek().due.minus(now));
        return true;
    }

    /** From now on the client reads nothing, until {@link #read}. */
    public ManualConnection stallReader() {
        readerStalled = true;
        return this;
    }

    /** The client reads so much of what waits for it. */
    public ManualConnection read(int octets) {
        int left = octets;
        while (left > 0 && !waiting.isEmpty()) {
            ByteBuffer first = waiting.peek();
            int count = Math.min(left, first.remaining());
            byte[] part = new byte[count];
            first.get(part);
            taken.writeBytes(part);
            left -= count;
            waitingOctets -= count;
            if (!first.hasRemaining()) {
                waiting.remove();
            }
        }
        becameWritable();
        return this;
    }

    /** The client reads everything, now and from now on. */
    public ManualConnection readAll() {
        readerStalled = false;
        return read(Integer.MAX_VALUE);
    }

    /** Whether {@link #work} refuses. */
    public ManualConnection workersFull(boolean full) {
        workersFull = full;
        return this;
    }

    /** The listener asks the session to drain. */
    public ManualConnection drain() {
        loop.add(
                () -> {
                    if (!over()) {
                        protocolSession.ifPresent(ProtocolSession::drain);
                    }
                });
        return this;
    }

    /** The connection ends: the client has gone, or somebody ends it. What waits is not sent. */
    public ManualConnection end(SessionEnd cause) {
        finish(new Ending(cause, ""));
        return this;
    }

    /** Everything that the client has read, as ISO 8859-1. */
    public String output() {
        return taken.toString(StandardCharsets.ISO_8859_1);
    }

    /** Everything that the client has read since the last call. */
    public String takeOutput() {
        String output = output();
        taken.reset();
        return output;
    }

    /** Why the connection ended, if it did. */
    public Optional<SessionEnd> ended() {
        return ended.map(Ending::end);
    }

    /** What the session said to {@link #close}, if it did. */
    public Optional<String> detail() {
        return closing.map(Ending::detail);
    }

    /** The session's events. */
    public RecordedSession record() {
        return session;
    }

    /** Buffers that were allocated and neither sent nor released. */
    public int buffersHeld() {
        return buffers.held();
    }

    /** Timers that have neither fired nor been cancelled. */
    public int timers() {
        return timers.size();
    }

    /** The most octets that have waited for the client so far, with whole buffers being filled. */
    public int mostWaiting() {
        return mostWaiting;
    }

    /** Whether a worker's task is running; what is called now may block. */
    public boolean onWorker() {
        return onWorker;
    }

    /** Whether the session wants no input now. */
    public boolean paused() {
        return paused;
    }

    // ---- The session's side.

    @Override
    public RecordedSession session() {
        return session;
    }

    /** What has elapsed since it was made, before it was opened too. */
    @Override
    public Duration age() {
        return now;
    }

    @Override
    public ListenerSettings listener() {
        return listener;
    }

    @Override
    public boolean canEncrypt() {
        return encryption == Encryption.OFFERED;
    }

    @Override
    public void encrypt() {
        onLoop();
        if (!canEncrypt()) {
            throw new IllegalStateException("this connection cannot be encrypted");
        }
        byte[] ahead =
                delivering.orElseThrow(
                        () -> new AssertionError("encryption begins within input, or not at all"));
        // To a session that looks at what it must not, the rest is now nothing but empty lines, and
        // what it answers to them is noticed.
        Arrays.fill(ahead, (byte) '\n');
        encryption = Encryption.BEGUN;
    }

    @Override
    public Optional<TlsSession> tls() {
        return encryption == Encryption.DONE ? Optional.of(new ManualTls()) : Optional.empty();
    }

    @Override
    public boolean passwordsAllowed() {
        return passwordsAllowed || encryption == Encryption.DONE;
    }

    @Override
    public OutputBuffer allocate() {
        OutputBuffer buffer = buffers.allocate();
        note();
        return buffer;
    }

    @Override
    public void send(OutputBuffer output) {
        onLoop();
        byte[] octets = buffers.take(output);
        if (over()) {
            return;
        }
        if (encryption == Encryption.BEGUN) {
            throw new AssertionError("sent in answer to what came ahead of encryption");
        }
        waitingOctets += octets.length;
        waiting.add(ByteBuffer.wrap(octets));
        note();
        if (waitingOctets >= WRITE_HIGH_WATER) {
            toldUnwritable = true;
        }
        if (!readerStalled) {
            // The socket takes it at the end of this turn.
            loop.add(this::flush);
        }
    }

    @Override
    public boolean writable() {
        onLoop();
        return !over() && waitingOctets < WRITE_HIGH_WATER;
    }

    @Override
    public void pause() {
        onLoop();
        paused = true;
    }

    @Override
    public void resume() {
        onLoop();
        paused = false;
        quietSince = now;
    }

    @Override
    public boolean work(Runnable task) {
        onLoop();
        return !workersFull && workers.add(task);
    }

    @Override
    public void execute(Runnable task) {
        loop.add(task);
    }

    /** A timer that is asked for after the end never fires: the contract promises none. */
    @Override
    public Cancellable schedule(Runnable task, Duration after) {
        onLoop();
        if (ended.isPresent()) {
            return () -> {};
        }
        Timer timer = new Timer(now.plus(after), timersMade++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public void idleTimeout(Duration timeout) {
        onLoop();
        idleTimeout = timeout;
        quietSince = now;
    }

    @Override
    public void close(SessionEnd end, String detail) {
        onLoop();
        if (!over()) {
            closing = Optional.of(new Ending(end, detail));
            loop.add(this::closeWhenSent);
        }
    }

    // ---- Inside.

    private boolean over() {
        return closing.isPresent() || ended.isPresent();
    }

    private void flush() {
        if (!readerStalled) {
            read(Integer.MAX_VALUE);
        }
    }

    private void closeWhenSent() {
        if (waiting.isEmpty()) {
            closing.ifPresent(this::finish);
        }
    }

    private void finish(Ending ending) {
        if (ended.isPresent()) {
            return;
        }
        ended = Optional.of(ending);
        waiting.clear();
        waitingOctets = 0;
        loop.add(() -> protocolSession.ifPresent(open -> open.ended(ending.end())));
        loop.add(() -> session.closed(ending.end(), ending.detail()));
    }

    private boolean mayDeliver() {
        return input.length > 0
                && encryption != Encryption.UNDER_WAY
                && !paused
                && !over()
                && protocolSession.isPresent();
    }

    private void deliver() {
        byte[] delivered = input.clone();
        ByteBuffer view = ByteBuffer.wrap(delivered).asReadOnlyBuffer();
        delivering = Optional.of(delivered);
        try {
            protocolSession.orElseThrow().input(view);
        } finally {
            delivering = Optional.empty();
        }
        if (encryption == Encryption.BEGUN) {
            encryption = Encryption.UNDER_WAY;
            if (view.hasRemaining()) {
                throw new AssertionError("the session left what came ahead of encryption");
            }
        }
        if (view.position() == 0 && !paused && !over()) {
            throw new AssertionError("the session took no input and did not pause");
        }
        byte[] left = new byte[view.remaining()];
        view.get(left);
        input = left;
    }

    private void becameWritable() {
        if (toldUnwritable && waitingOctets < WRITE_HIGH_WATER / 2) {
            toldUnwritable = false;
            loop.add(
                    () -> {
                        if (!over()) {
                            protocolSession.ifPresent(ProtocolSession::writable);
                        }
                    });
        }
        if (closing.isPresent()) {
            loop.add(this::closeWhenSent);
        }
    }

    private Duration nextDue() {
        Duration never = Duration.ofSeconds(Long.MAX_VALUE);
        Duration due = timers.isEmpty() ? never : timers.peek().due;
        boolean idles =
                !paused
                        && !over()
                        && encryption != Encryption.UNDER_WAY
                        && input.length == 0
                        && waiting.isEmpty();
        Duration idle = idles ? quietSince.plus(idleTimeout) : never;
        return idle.compareTo(due) < 0 ? idle : due;
    }

    private void note() {
        int held = waitingOctets + buffers.held() * OutputBuffer.CAPACITY;
        mostWaiting = Math.max(mostWaiting, held);
    }

    private void onLoop() {
        if (onWorker) {
            throw new AssertionError("called on a worker, belongs to the event loop");
        }
    }
}
