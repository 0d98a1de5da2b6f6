package org.postern.benchmarks.loops;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MessageEncoder;

/**
 * MiB a second of what is sent: LF to CRLF and dot-stuffing, beside the loop that everybody writes
 * first and beside a plain copy.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class EncodingBenchmark {
    private final ByteBuffer source = Mail.inMbox();
    private final ByteBuffer target = ByteBuffer.allocateDirect(2 * Mail.SIZE);

    /** What RETR does. */
    @Benchmark
    public int encode() {
        MessageEncoder encoder = MessageEncoder.whole(LineConvention.LF);
        encoder.encode(source.rewind(), target.clear());
        encoder.finish(target);
        return target.position();
    }

    /** What LIST does where it must count: nothing is written. */
    @Benchmark
    public long count() {
        MessageEncoder encoder = MessageEncoder.whole(LineConvention.LF);
        encoder.count(source.rewind());
        encoder.finish(null);
        return encoder.octets();
    }

    /** Octet by octet. */
    @Benchmark
    public int naive() {
        source.rewind();
        target.clear();
        boolean lineStart = true;
        while (source.hasRemaining()) {
            byte octet = source.get();
            if (octet == '\n') {
                target.put((byte) '\r');
            } else if (octet == '.' && lineStart) {
                target.put((byte) '.');
            }
            target.put(octet);
            lineStart = octet == '\n';
        }
        return target.position();
    }

    /** The least that any loop does. */
    @Benchmark
    public int copy() {
        target.clear().put(source.rewind());
        return target.position();
    }
}
