package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.postern.testkit.auth.ManualTime;

class KeptTest {
    private static final Duration LEAST = Duration.ofSeconds(30);
    private static final Duration REFRESH = Duration.ofMinutes(5);

    private final ManualTime time = new ManualTime();
    private final Deque<CompletableFuture<byte[]>> got = new ArrayDeque<>();
    private int parsed;

    private Kept<String> kept() {
        return new Kept<>(
                "the thing",
                () -> {
                    got.add(new CompletableFuture<>());
                    return got.getLast();
                },
                this::parse,
                LEAST,
                REFRESH,
                time::nanos,
                time);
    }

    private String parse(byte[] octets) throws ContentProblemException {
        parsed++;
        String text = new String(octets, StandardCharsets.US_ASCII);
        if (text.equals("bad")) {
            throw new ContentProblemException("is bad");
        }
        if (text.equals("broken")) {
            throw new IllegalStateException("secret");
        }
        return text;
    }

    private void answer(String text) {
        got.getLast().complete(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void itIsGotAtOnceAndAgainAfterAWhile() {
        Kept<String> kept = kept();
        assertEquals(Optional.empty(), kept.current());
        assertEquals("the thing has not been read yet", kept.problem());
        time.runDue();
        answer("one");
        assertEquals(Optional.of("one"), kept.current());
        assertEquals("", kept.problem());
        time.advance(REFRESH.minusNanos(1));
        assertEquals(1, got.size());
        time.advance(Duration.ofNanos(1));
        assertEquals(2, got.size());
        answer("one");
        assertEquals(1, parsed);
        time.advance(REFRESH);
        answer("two");
        assertEquals(Optional.of("two"), kept.current());
    }

    @Test
    void askingMakesNobodyGetItTooOften() {
        Kept<String> kept = kept();
        time.runDue();
        CompletableFuture<Void> first = kept.renewed().orElseThrow();
        assertEquals(first, kept.renewed().orElseThrow());
        answer("one");
        assertTrue(first.isDone());
        assertEquals(Optional.empty(), kept.renewed());
        time.advance(LEAST.minusNanos(1));
        assertEquals(Optional.empty(), kept.renewed());
        time.advance(Duration.ofNanos(1));
        assertFalse(kept.renewed().orElseThrow().isDone());
        assertEquals(2, got.size());
        // However long it takes, there is one at a time.
        time.advance(REFRESH.multipliedBy(3));
        assertTrue(kept.renewed().isPresent());
        assertEquals(2, got.size());
    }

    @Test
    void whatWasGoodIsKept() {
        Kept<String> kept = kept();
        time.runDue();
        answer("one");
        time.advance(REFRESH);
        answer("bad");
        assertEquals(Optional.of("one"), kept.current());
        assertEquals("the thing: is bad", kept.problem());
        // Tried again soon, while there is a problem.
        time.advance(LEAST);
        assertEquals(3, got.size());
        got.getLast().completeExceptionally(new IOException("secret"));
        assertEquals(Optional.of("one"), kept.current());
        assertEquals(
                "the thing: the authorization server gave no fit answer (IOException)",
                kept.problem());
        time.advance(LEAST);
        answer("one");
        assertEquals("", kept.problem());
        assertEquals(2, parsed);
    }

    @Test
    void whatTheParserChokesOnIsAProblemAndHoldsUpNobody() {
        Kept<String> kept = kept();
        time.runDue();
        answer("one");
        time.advance(LEAST);
        CompletableFuture<Void> awaited = kept.renewed().orElseThrow();
        answer("broken");
        assertTrue(awaited.isDone() && !awaited.isCompletedExceptionally(), "who waits goes on");
        assertEquals(Optional.of("one"), kept.current());
        assertEquals("the thing: cannot be read: java.lang.IllegalStateException", kept.problem());
        time.advance(LEAST);
        answer("two");
        assertEquals(Optional.of("two"), kept.current());
        assertEquals("", kept.problem());
    }

    @Test
    void closedItIsNotGotAnyMore() {
        Kept<String> kept = kept();
        time.runDue();
        answer("one");
        kept.close();
        time.advance(REFRESH.multipliedBy(2));
        assertEquals(1, got.size());
        assertEquals(Optional.of("one"), kept.current());
    }
}
