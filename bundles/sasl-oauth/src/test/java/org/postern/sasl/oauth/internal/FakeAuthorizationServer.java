package org.postern.sasl.oauth.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An authorization server on a free port of loopback, which answers as the test says. */
final class FakeAuthorizationServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private volatile HttpHandler handler = exchange -> answer(exchange, 500, "");

    FakeAuthorizationServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            requests.add(
                    exchange.getRequestMethod()
                            + " "
                            + exchange.getRequestURI()
                            + " "
                            + exchange.getRequestHeaders().getFirst("Authorization")
                            + " "
                            + body);
            synchronized (requests) {
                requests.notifyAll();
            }
            handler.handle(exchange);
        } finally {
            atOnce.decrementAndGet();
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    void answersWith(int status, String body) {
        handler = exchange -> answer(exchange, status, body);
    }

    void redirectsTo(String path) {
        handler =
                exchange -> {
                    exchange.getResponseHeaders().set("Location", url(path));
                    answer(exchange, 307, "");
                };
    }

    /** Does not answer before {@link #release}; then with this. */
    void waitsAndAnswersWith(String body) {
        handler =
                exchange -> {
                    awaitRelease();
                    answer(exchange, 200, body);
                };
    }

    /** Sends a head and a little of the body, and then nothing. */
    void stalls() {
        handler =
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream body = exchange.getResponseBody();
                    body.write('{');
                    body.flush();
                    awaitRelease();
                };
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    void release() {
        release.countDown();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
        if (octets.length > 0) {
            exchange.getResponseBody().write(octets);
        }
    }

    /** Method, path, Authorization, body. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Waits until so many have come, or the test's time is over. */
    void awaitRequests(int count) throws InterruptedException {
        synchronized (requests) {
            while (requests.size() < count) {
                requests.wait();
            }
        }
    }

    int mostAtOnce() {
        return mostAtOnce.get();
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}
