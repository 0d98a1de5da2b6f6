package org.postern.listener.internal.tls;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Encryption as it stands, for every listener. Any thread; answers at once. */
public interface Tls {
    /** What a connection that begins TLS now is given; empty while no pair was ever good. */
    Optional<TlsContext> context();

    /** What is wrong, and worth saying where a listener needs TLS; empty if nothing is. */
    String problem();

    /** Completed when the files have been looked at for the first time. */
    CompletionStage<Void> looked();
}
