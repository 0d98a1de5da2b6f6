package org.postern.sasl.oauth.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Asks, in one of the ways that there are, whether a token is good. Any thread; never blocks. */
interface TokenCheck extends AutoCloseable {

    /** Whether it could say something: its own files are there. */
    boolean usable();

    /**
     * @param token read until the verdict is there, and not after
     * @param source who shares what there is with others
     * @return completed once, within {@code timeoutSeconds}, never exceptionally; who wants it no
     *     more completes it, and what was under way is given up
     */
    CompletableFuture<TokenVerdict> check(ByteBuffer token, InetAddress source);

    /** Begins nothing more by itself; verdicts that are under way still come. */
    @Override
    void close();
}
