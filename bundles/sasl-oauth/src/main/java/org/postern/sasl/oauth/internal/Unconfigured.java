package org.postern.sasl.oauth.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where no authorization server is configured: nobody can say anything of a token. */
final class Unconfigured implements TokenCheck {

    private Unconfigured() {}

    static Verification verification() {
        return new Verification(new Unconfigured(), Duration.ofSeconds(1), List.of(), "");
    }

    @Override
    public boolean usable() {
        return false;
    }

    @Override
    public CompletableFuture<TokenVerdict> check(ByteBuffer token, InetAddress source) {
        return CompletableFuture.completedFuture(
                new TokenVerdict.Unavailable("no authorization server is configured"));
    }

    @Override
    public void close() {}
}
