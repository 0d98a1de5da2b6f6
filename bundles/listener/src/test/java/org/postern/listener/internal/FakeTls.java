package org.postern.listener.internal;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postern.listener.internal.tls.Tls;
import org.postern.listener.internal.tls.TlsContext;

/** Encryption as a test wants it. */
final class FakeTls implements Tls {
    volatile Optional<TlsContext> context = Optional.empty();
    volatile String problem = "";
    final CompletableFuture<Void> looked = new CompletableFuture<>();

    @Override
    public Optional<TlsContext> context() {
        return context;
    }

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public CompletionStage<Void> looked() {
        return looked;
    }
}
