package org.postern.mailbox.mbox.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.postern.api.mailbox.MailboxException;
import org.postern.benchmarks.loops.Mail;

/** MiB a second of an mbox that is opened for the first time, beside its line feeds alone. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ScanningBenchmark {
    private final ByteBuffer octets = Mail.inMbox();
    private final ScanBlock block = new ScanBlock(octets);

    /** Messages, sizes, unique-ids and digests. */
    @Benchmark
    public long scan() throws Exception {
        Sum sum = new Sum();
        MboxScanner scanner = new MboxScanner(0, sum);
        block.mark();
        scanner.scan(block);
        scanner.end();
        return sum.octets;
    }

    /** What marks the line feeds, all at once. */
    @Benchmark
    public long[] lineFeeds() {
        block.mark();
        return block.marks();
    }

    /** What a body is read by: line feeds counted, and places where a separator could start. */
    @Benchmark
    public long bodies() {
        EmptyLines lines = new EmptyLines();
        lines.reset();
        block.mark();
        for (int at = 0; at < Mail.SIZE; ) {
            at = lines.search(block, at, Mail.SIZE);
        }
        return lines.lineFeeds();
    }

    /** The line feeds counted octet by octet. */
    @Benchmark
    public int naiveLineFeeds() {
        int count = 0;
        for (int at = 0; at < Mail.SIZE; at++) {
            count += octets.get(at) == '\n' ? 1 : 0;
        }
        return count;
    }

    private static final class Sum implements Findings {
        private long octets;

        @Override
        public void message(ScannedMessage message) {
            octets += message.octets();
        }

        @Override
        public MailboxException malformed(String reason) {
            return new MailboxException(MailboxException.Kind.NOT_A_MAILBOX, reason);
        }
    }
}
