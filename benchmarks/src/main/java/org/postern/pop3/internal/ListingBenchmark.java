package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;

/** Lines of LIST and UIDL a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ListingBenchmark {
    private static final int MESSAGES = 10_000;

    /** LIST's or UIDL's. */
    @Param({"OCTETS", "UNIQUE_ID"})
    public String column = "";

    private final Maildrop maildrop = new Maildrop(snapshot());
    private final ByteBuffer target = ByteBuffer.allocateDirect(MESSAGES * 64);

    private static MailboxSnapshot snapshot() {
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        for (int i = 0; i < MESSAGES; i++) {
            builder.add(
                    new StoredMessage(
                            new UniqueId("%016x".formatted(i * 0x9E3779B97F4A7C15L)),
                            1000 + i,
                            new StoredAt.Range(0, 0, 0, 0),
                            LineConvention.LF,
                            false,
                            Set.of(),
                            Optional.empty()));
        }
        return builder.build();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public boolean list() {
        return new Listing(maildrop, Listing.Column.valueOf(column)).put(target.clear());
    }
}
