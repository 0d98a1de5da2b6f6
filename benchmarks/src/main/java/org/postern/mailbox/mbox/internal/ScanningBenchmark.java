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
    private final ByteBuffer block = Mail.inMbox();

    /** Messages, sizes, unique-ids and digests. */
    @Benchmark
    public long scan() throws Exception {
        Sum sum = new Sum();
        MboxScanner scanner = new MboxScanner(0, sum);
        scanner.scan(block);
        scanner.end();
        return sum.octets;
    }

    /** What is there of line feeds, eight octets at a time. */
    @Benchmark
    public int lineFeeds() {
        int count = 0;
        int at = LineFeeds.next(block, 0, Mail.SIZE);
        while (at < Mail.SIZE) {
            count++;
            at = LineFeeds.next(block, at + 1, Mail.SIZE);
        }
        return count;
    }

    /** The same, octet by octet. */
    @Benchmark
    public int naiveLineFeeds() {
        int count = 0;
        for (int at = 0; at < Mail.SIZE; at++) {
            count += block.get(at) == '\n' ? 1 : 0;
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
