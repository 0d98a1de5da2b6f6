package org.postern.sasl.oauth.internal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Talks to the authorization server. Whoever can answer in its place logs in as anybody: so its
 * certificate and its name are verified, and it can send us nowhere else (no redirect is followed).
 * No thread waits for it, and what it sends is bounded in size and in time.
 */
final class AuthorizationServer {
    private static final int OK = 200;

    private final HttpClient client;
    private final Duration timeout;
    private final ScheduledExecutorService timer;

    /**
     * @param authorities who may vouch for its certificate; empty for those that Java comes with
     * @param timeout for a whole answer
     */
    AuthorizationServer(
            List<X509Certificate> authorities,
            Duration timeout,
            Executor executor,
            ScheduledExecutorService timer)
            throws GeneralSecurityException, IOException {
        this.timeout = timeout;
        this.timer = timer;
        SSLParameters tls = new SSLParameters();
        tls.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        this.client =
                HttpClient.newBuilder()
                        // One request a connection at a time: a lost connection is one answer lost.
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        // Not whatever a system property says.
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectTimeout(timeout)
                        .executor(executor)
                        .sslContext(context(authorities))
                        .sslParameters(tls)
                        .build();
    }

    private static SSLContext context(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        if (authorities.isEmpty()) {
            return SSLContext.getDefault();
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (X509Certificate authority : authorities) {
            trusted.setCertificateEntry("authority-" + trusted.size(), authority);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    /**
     * @param request without a timeout of its own
     * @param most octets of the answer's body
     * @return the body of an answer 200; any other outcome completes it exceptionally, {@link
     *     #reason} says why. Cancelling it ends the request.
     */
    CompletableFuture<byte[]> send(HttpRequest request, int most) {
        CompletableFuture<byte[]> body = new CompletableFuture<>();
        CompletableFuture<HttpResponse<byte[]>> exchange =
                client.sendAsync(
                        request,
                        head ->
                                head.statusCode() == OK
                                        ? new BoundedBody(most)
                                        // What it says besides is of no use here.
                                        : HttpResponse.BodySubscribers.replacing(new byte[0]));
        ScheduledFuture<?> deadline =
                timer.schedule(
                        () -> body.completeExceptionally(new HttpTimeoutException("late")),
                        timeout.toNanos(),
                        TimeUnit.NANOSECONDS);
        var unused =
                body.whenComplete(
                        (octets, failure) -> {
                            deadline.cancel(false);
                            exchange.cancel(true);
                        });
        var unusedToo =
                exchange.whenComplete(
                        (response, failure) -> {
                            if (failure != null) {
                                body.completeExceptionally(failure);
                            } else if (response.statusCode() == OK) {
                                body.complete(response.body());
                            } else {
                                body.completeExceptionally(
                                        new UnexpectedStatusException(response.statusCode()));
                            }
                        });
        return body;
    }

    /** Why there is no answer, and what to do; nothing that the server or a client sent. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String what;
        if (cause instanceof HttpTimeoutException) {
            what = "did not answer within timeoutSeconds";
        } else if (cause instanceof ConnectException) {
            what = "cannot be reached: look at the URL, the network and the firewall";
        } else if (cause instanceof SSLException) {
            what = "is not trusted: its certificate wants a name of the URL, and an authority";
            what += " that Java or trustedAuthorities knows";
        } else if (cause instanceof UnexpectedStatusException status) {
            what = status.getMessage();
        } else {
            what = "gave no fit answer (" + cause.getClass().getSimpleName() + ")";
        }
        return "the authorization server " + what;
    }

    /** An answer, but not the one. */
    static final class UnexpectedStatusException extends IOException {
        private static final long serialVersionUID = 1L;

        UnexpectedStatusException(int status) {
            super(
                    switch (status) {
                        case 401, 403 ->
                                "answered "
                                        + status
                                        + ": look at clientId, at clientSecretFile, and at what"
                                        + " this client may do there";
                        case 301, 302, 303, 307, 308 ->
                                "answered " + status + ", which is not followed: name the new URL";
                        default -> "answered " + status;
                    });
        }
    }
}
