package org.postern.sasl.oauth.internal;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Collects so many octets of a body; a server that sends more is cut off. */
final class BoundedBody implements HttpResponse.BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final int most;
    private byte[] octets = new byte[1024];
    private int length;
    private Flow.Subscription subscription;

    BoundedBody(int most) {
        this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int more = buffer.remaining();
            if (body.isDone() || more > most - length) {
                subscription.cancel();
                body.completeExceptionally(new IOException("longer than " + most + " octets"));
                return;
            }
            if (length + more > octets.length) {
                octets = Arrays.copyOf(octets, Math.min(most, Math.max(length + more, 2 * length)));
            }
            buffer.get(octets, length, more);
            length += more;
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(Arrays.copyOf(octets, length));
    }
}
