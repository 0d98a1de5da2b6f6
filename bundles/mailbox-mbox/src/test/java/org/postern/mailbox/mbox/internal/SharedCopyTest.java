package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.SpareThreads;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.PosixException;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;

/** Whoever moves which piece, what arrives is the same. */
class SharedCopyTest {
    private static final int SIZE = (int) (9 * SharedCopy.PIECE);

    private final BlockBuffers buffers = new BlockBuffers();
    private final Random random = new Random(5);
    private final byte[] octets = new byte[SIZE];
    private final MemoryFiles files = new MemoryFiles(new ManualClock());
    private final MemoryFile file = files.mailbox(files.newFile(octets()));

    private byte[] octets() {
        random.nextBytes(octets);
        return octets;
    }

    // The second half goes down, less some octets now and then.
    private RewritePlan plan() {
        List<RewritePlan.Move> moves = new ArrayList<>();
        long to = 7;
        long from = SIZE / 2;
        while (from < SIZE) {
            long length = Math.min(1 + random.nextInt(BlockBuffers.SIZE), SIZE - from);
            moves.add(new RewritePlan.Move(from, to, length));
            to += length;
            from += length + 1 + random.nextInt(100);
        }
        return new RewritePlan(moves, to);
    }

    private byte[] moved(RewritePlan plan) {
        byte[] moved = octets.clone();
        for (RewritePlan.Move move : plan.moves()) {
            System.arraycopy(
                    octets, (int) move.from(), moved, (int) move.to(), (int) move.length());
        }
        return moved;
    }

    private SharedCopy copy(RewritePlan plan, long from, long to) {
        return new SharedCopy(file.open(true), plan, from, to, buffers);
    }

    @Test
    void movesTheSameWhoeverHelps() throws Exception {
        RewritePlan plan = plan();
        byte[] moved = moved(plan);
        AtomicInteger asked = new AtomicInteger();
        try (SpareThreads threads = new SpareThreads("postern-scan", 2)) {
            for (ScanAides aides :
                    List.<ScanAides>of(ScanAides.NONE, threads::lend, SharedCopyTest::atOnce)) {
                file.content(octets);
                ScanAides counted =
                        task -> {
                            asked.incrementAndGet();
                            return aides.lend(task);
                        };
                copy(plan, 0, plan.octets()).copy(counted);
                assertArrayEquals(moved, file.content());
            }
        }
        assertTrue(asked.get() >= 3);
    }

    @Test
    void movesNothingButItsPart() throws Exception {
        RewritePlan plan = plan();
        byte[] moved = moved(plan);
        int from = (int) SharedCopy.PIECE + 12_345;
        int to = from + (int) SharedCopy.PIECE + 1;
        copy(plan, from, to).copy(SharedCopyTest::atOnce);
        byte[] expected = octets.clone();
        int first = (int) plan.first();
        System.arraycopy(moved, first + from, expected, first + from, to - from);
        assertArrayEquals(expected, file.content());
    }

    @Test
    void asksNobodyForASinglePiece() throws Exception {
        RewritePlan plan = plan();
        copy(plan, 0, SharedCopy.PIECE)
                .copy(
                        task -> {
                            throw new AssertionError("not worth it");
                        });
    }

    @Test
    void whoeverFailsIsToldOf() throws Exception {
        RewritePlan plan = plan();
        try (SpareThreads threads = new SpareThreads("postern-scan", 2)) {
            for (int ordinal = 1; ordinal <= 36; ordinal += 5) {
                file.content(octets);
                MemoryMailStorage storage = MemoryMailStorage.mbox(files);
                FileHandle handle = storage.openForUpdate(file.status());
                storage.faults().fail(CallKind.WRITE, ordinal, Errno.EIO);
                SharedCopy copy = new SharedCopy(handle, plan, 0, plan.octets(), buffers);
                PosixException failed =
                        assertThrows(PosixException.class, () -> copy.copy(threads::lend));
                assertEquals(Errno.EIO, failed.errno());
            }
        }
    }

    /** Who goes on after a failure, or holds the lock no more, must be alone with the file. */
    @Test
    void aFailureIsToldWhenNobodyWritesAnyMore() throws Exception {
        Thread caller = Thread.currentThread();
        CountDownLatch writing = new CountDownLatch(1);
        AtomicBoolean told = new AtomicBoolean();
        AtomicBoolean written = new AtomicBoolean();
        FileHandle real = file.open(true);
        FileHandle handle =
                (FileHandle)
                        Proxy.newProxyInstance(
                                FileHandle.class.getClassLoader(),
                                new Class<?>[] {FileHandle.class},
                                (proxy, method, arguments) -> {
                                    if (!method.getName().equals("write")) {
                                        return method.invoke(real, arguments);
                                    }
                                    if (Thread.currentThread() == caller) {
                                        // Spinning: it is not to look as if it waited.
                                        while (writing.getCount() > 0) {
                                            Thread.onSpinWait();
                                        }
                                        throw new PosixException("pwrite", Errno.EIO);
                                    }
                                    writing.countDown();
                                    // Until the caller waits for this, or wrongly does not.
                                    while (caller.getState() != Thread.State.WAITING
                                            && !told.get()) {
                                        Thread.onSpinWait();
                                    }
                                    written.set(!told.get());
                                    return method.invoke(real, arguments);
                                });
        RewritePlan plan = plan();
        SharedCopy copy = new SharedCopy(handle, plan, 0, plan.octets(), buffers);
        try (SpareThreads threads = new SpareThreads("postern-scan", 1)) {
            assertThrows(PosixException.class, () -> copy.copy(threads::lend));
            told.set(true);
            assertTrue(written.get());
        }
    }

    private static boolean atOnce(Runnable task) {
        task.run();
        return true;
    }
}
