package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Command lines a second: cut, and their verbs found. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class CommandBenchmark {
    private static final int LINES = 64;

    private final ByteBuffer lines =
            ByteBuffer.wrap(
                    "USER somebody\r\nSTAT\r\nRETR 17\r\nDELE 100000\r\n"
                            .repeat(LINES / 4)
                            .getBytes(US_ASCII));
    private final CommandLineParser parser = new CommandLineParser(line -> false);

    @Benchmark
    @OperationsPerInvocation(LINES)
    public int parse() {
        lines.rewind();
        int known = 0;
        while (parser.next(lines)) {
            known += Verb.of(parser.line()).isPresent() ? 1 : 0;
        }
        return known;
    }
}
