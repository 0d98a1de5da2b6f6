package org.postern.access.internal.sasl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.postern.api.auth.Secret;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;

/** A mechanism that does what the test says, step by step. */
final class FakeMechanism implements SaslMechanism {
    boolean usable = true;
    final List<Exchange> exchanges = new ArrayList<>();
    final Deque<Function<Exchange, CompletionStage<SaslStep>>> steps = new ArrayDeque<>();

    /** What the next call does. */
    FakeMechanism then(Function<Exchange, CompletionStage<SaslStep>> step) {
        steps.add(step);
        return this;
    }

    /** What the next call answers, at once. */
    FakeMechanism then(SaslStep step) {
        return then(exchange -> CompletableFuture.completedStage(step));
    }

    @Override
    public boolean usable(SaslPeer peer) {
        return usable;
    }

    @Override
    public SaslExchange begin(SaslContext context) {
        Exchange exchange = new Exchange(context);
        exchanges.add(exchange);
        return exchange;
    }

    final class Exchange implements SaslExchange {
        final SaslContext context;
        final List<Optional<Secret>> responses = new ArrayList<>();
        int cancelled;

        Exchange(SaslContext context) {
            this.context = context;
        }

        @Override
        public CompletionStage<SaslStep> next(Optional<Secret> response) {
            responses.add(response);
            return steps.isEmpty() ? new CompletableFuture<>() : steps.remove().apply(this);
        }

        @Override
        public void cancel() {
            cancelled++;
        }
    }
}
