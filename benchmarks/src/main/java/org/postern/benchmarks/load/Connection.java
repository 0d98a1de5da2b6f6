package org.postern.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;

/**
 * One client's connection, and the next after it: the buffer stays. Lines and messages are read
 * where they are in the buffer. For one thread; its {@link Patience} may close it.
 */
final class Connection implements AutoCloseable {
    private static final int BUFFER = 256 << 10;
    private static final int COMMANDS = 64 << 10;
    private static final int SAID = 120;
    private static final long NOT_WAITING = 0;

    private final Options options;
    private final Patience patience;
    private final ByteBuffer in;
    private final ByteBuffer out;
    private SocketChannel channel;
    private int read;
    private int written;
    private int lineStart;
    private int lineEnd;
    private volatile long waitingSince = NOT_WAITING;

    /** With buffers of its own. */
    Connection(Options options, Patience patience) {
        this(options, patience, ByteBuffer.allocateDirect(BUFFER));
    }

    /** With another's: it must have nothing to read when the other has its turn. */
    Connection(Options options, Patience patience, ByteBuffer in) {
        this.options = options;
        this.patience = patience;
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
        this.out = ByteBuffer.allocateDirect(in.capacity() == BUFFER ? COMMANDS : 1 << 8);
        patience.watch(this);
    }

    void open() throws IOException {
        read = 0;
        written = 0;
        out.clear();
        waitingSince = System.nanoTime();
        channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(options.server());
        waitingSince = NOT_WAITING;
    }

    void giveUpIfWaiting(long now, long nanos) {
        long since = waitingSince;
        if (since != NOT_WAITING && now - since > nanos) {
            disconnect();
        }
    }

    /** Adds a command to what {@link #send} will send. */
    void add(String command) {
        out.put(command.getBytes(ISO_8859_1)).put((byte) '\r').put((byte) '\n');
    }

    /** Whether there is room for another short command. */
    boolean roomToAdd() {
        return out.remaining() > 64;
    }

    void send() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    void send(String command) throws IOException {
        add(command);
        send();
    }

    /** Sends it and reads a line, which must be a good one. */
    void command(String command) throws IOException {
        send(command);
        ok(command.substring(0, 4));
    }

    /** Reads a line, which must begin with +OK. */
    void ok(String what) throws IOException {
        line();
        if (lineEnd - lineStart < 3
                || in.get(lineStart) != '+'
                || in.get(lineStart + 1) != 'O'
                || in.get(lineStart + 2) != 'K') {
            throw new IOException(what + ": got " + text());
        }
    }

    /** Greeting, USER, PASS. Returns the nanoseconds from before PASS to its +OK. */
    long login(int account) throws IOException {
        ok("greeting");
        command("USER " + options.user(account));
        long before = System.nanoTime();
        command("PASS " + options.password(account));
        return System.nanoTime() - before;
    }

    /** Count and octets. */
    Stat stat() throws IOException {
        send("STAT");
        ok("STAT");
        return new Stat(number(4), number(afterSpace(4)));
    }

    /** Whether the next line is not the last of a listing, a single dot. */
    boolean nextListed() throws IOException {
        line();
        return lineEnd - lineStart != 1 || in.get(lineStart) != '.';
    }

    /** The decimal number at this place of the line. */
    long number(int offset) throws IOException {
        long number = 0;
        int at = lineStart + offset;
        int from = at;
        for (; at < lineEnd && in.get(at) >= '0' && in.get(at) <= '9'; at++) {
            number = number * 10 + in.get(at) - '0';
        }
        if (at == from || (at < lineEnd && in.get(at) != ' ')) {
            throw new IOException("no number in: " + text());
        }
        return number;
    }

    /** Where in the line something begins again after the space behind this place. */
    int afterSpace(int offset) throws IOException {
        for (int at = lineStart + offset; at < lineEnd - 1; at++) {
            if (in.get(at) == ' ') {
                return at + 1 - lineStart;
            }
        }
        throw new IOException("nothing behind a space in: " + text());
    }

    int lineLength() {
        return lineEnd - lineStart;
    }

    /** QUIT and its +OK. */
    void quit() throws IOException {
        command("QUIT");
    }

    /** Reads to the end, so that a server's tear-down is in what is measured. */
    void drain() {
        try {
            do {
                read = 0;
                written = 0;
            } while (fill() > 0);
        } catch (IOException over) {
            // However it ended.
        }
    }

    /** Reads a message to its last line. */
    Body body() throws IOException {
        long octets = 0;
        long stuffed = 0;
        long bare = 0;
        boolean atStart = true;
        byte last = 0;
        while (true) {
            if (read == written) {
                fillOrFail();
            }
            int at = read;
            while (at < written) {
                if (atStart && in.get(at) == '.') {
                    while (written - at < 3 && undecided(at)) {
                        read = at;
                        fillOrFail();
                        at = read;
                    }
                    int end = lengthOfEnd(at);
                    if (end > 0) {
                        read = at + end;
                        return new Body(octets, stuffed, bare + (end == 2 ? 1 : 0));
                    }
                    at++;
                    stuffed++;
                    last = '.';
                    atStart = false;
                    continue;
                }
                int lineFeed = LineFeeds.next(in, at, written);
                if (lineFeed == written) {
                    octets += written - at;
                    last = in.get(written - 1);
                    at = written;
                    atStart = false;
                } else {
                    byte before = lineFeed > at ? in.get(lineFeed - 1) : last;
                    bare += before == '\r' ? 0 : 1;
                    octets += lineFeed + 1 - at;
                    at = lineFeed + 1;
                    last = '\n';
                    atStart = true;
                }
            }
            read = at;
        }
    }

    private boolean undecided(int dot) {
        return written - dot == 1 || (written - dot == 2 && in.get(dot + 1) == '\r');
    }

    /** Octets of the line that ends a message, if this dot is it; otherwise 0. */
    private int lengthOfEnd(int dot) {
        if (in.get(dot + 1) == '\n') {
            return 2;
        }
        return in.get(dot + 1) == '\r' && in.get(dot + 2) == '\n' ? 3 : 0;
    }

    private void line() throws IOException {
        int from = read;
        while (true) {
            int lineFeed = LineFeeds.next(in, from, written);
            if (lineFeed < written) {
                lineStart = read;
                lineEnd = lineFeed > read && in.get(lineFeed - 1) == '\r' ? lineFeed - 1 : lineFeed;
                read = lineFeed + 1;
                return;
            }
            int searched = written - read;
            fillOrFail();
            from = read + searched;
        }
    }

    private String text() {
        byte[] text = new byte[Math.min(lineEnd - lineStart, SAID)];
        in.get(lineStart, text);
        return new String(text, ISO_8859_1);
    }

    private void fillOrFail() throws IOException {
        if (fill() < 0) {
            throw new EOFException("unexpected end");
        }
    }

    private int fill() throws IOException {
        if (read == written) {
            read = 0;
            written = 0;
        } else if (written == in.capacity()) {
            if (read == 0) {
                throw new IOException("line too long");
            }
            in.put(0, in.duplicate(), read, written - read);
            written -= read;
            read = 0;
        }
        in.limit(in.capacity()).position(written);
        waitingSince = System.nanoTime();
        int count;
        try {
            count = channel.read(in);
        } catch (ClosedChannelException closed) {
            throw new IOException("no answer in time", closed);
        }
        waitingSince = NOT_WAITING;
        written += Math.max(count, 0);
        return count;
    }

    /** Ends the connection; another can be opened. */
    void disconnect() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException closed) {
            // As it should be.
        }
    }

    @Override
    public void close() {
        patience.forget(this);
        disconnect();
    }
}
