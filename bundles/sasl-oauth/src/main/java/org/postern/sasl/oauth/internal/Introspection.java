package org.postern.sasl.oauth.internal;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.postern.api.auth.queue.CheckResult;
import org.postern.api.auth.queue.Turn;

/**
 * Token introspection (RFC 7662): the server is asked about each token, each time. Nothing that it
 * said is remembered, so a token that was revoked is refused at once, and no answer can be another
 * token's (CVE-2025-30189).
 */
final class Introspection implements TokenCheck {
    /** What servers say of a token has one or two KiB; roles and groups can make it ten. */
    static final int MAX_ANSWER = 64 * 1024;

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final byte[] BEGIN = ascii("token=");
    private static final byte[] END = ascii("&token_type_hint=access_token");

    private final URI url;
    private final AuthorizationServer server;
    private final Kept<ClientCredentials> credentials;
    private final ClaimRules rules;
    private final TokenQueue queue;
    private final InstantSource clock;

    /**
     * @param queue lets through as many as there may be requests at once
     */
    Introspection(
            URI url,
            AuthorizationServer server,
            Kept<ClientCredentials> credentials,
            ClaimRules rules,
            TokenQueue queue,
            InstantSource clock) {
        this.url = url;
        this.server = server;
        this.credentials = credentials;
        this.rules = rules;
        this.queue = queue;
        this.clock = clock;
    }

    @Override
    public boolean usable() {
        return credentials.current().isPresent();
    }

    @Override
    public CompletableFuture<TokenVerdict> check(ByteBuffer token, InetAddress source) {
        CompletableFuture<TokenVerdict> verdict = queue.verdict();
        queue.enter(source, verdict, turn -> ask(token, verdict, turn));
        return verdict;
    }

    private void ask(ByteBuffer token, CompletableFuture<TokenVerdict> verdict, Turn turn) {
        Optional<ClientCredentials> client = credentials.current();
        if (client.isEmpty()) {
            TokenQueue.giveUp(verdict, credentials.problem());
            turn.over(CheckResult.NONE);
            return;
        }
        byte[] form = form(token);
        HttpRequest question =
                HttpRequest.newBuilder(url)
                        .header("Content-Type", FORM)
                        .header("Accept", "application/json")
                        .header("Authorization", client.get().basic())
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form))
                        .build();
        CompletableFuture<byte[]> answer = server.send(question, MAX_ANSWER);
        var unused =
                answer.whenComplete(
                        (octets, failure) -> {
                            Arrays.fill(form, (byte) 0);
                            TokenVerdict judged = judged(octets, failure);
                            turn.over(TokenQueue.result(judged));
                            verdict.complete(judged);
                        });
        var unusedToo = verdict.whenComplete((judged, failure) -> answer.cancel(true));
    }

    // Whatever comes of it, the turn is over: a turn that is lost is lost until a restart.
    private TokenVerdict judged(byte[] answer, Throwable failure) {
        try {
            return judge(answer, failure);
        } catch (RuntimeException failed) {
            // Not its message: it may quote the answer, and this goes to the log.
            return new TokenVerdict.Unavailable("the check failed: " + failed.getClass().getName());
        }
    }

    private TokenVerdict judge(byte[] answer, Throwable failure) {
        if (failure != null) {
            return new TokenVerdict.Unavailable(AuthorizationServer.reason(failure));
        }
        Optional<Map<String, Object>> said = Json.object(answer);
        if (said.isEmpty() || !(said.get().get("active") instanceof Boolean active)) {
            return new TokenVerdict.Unavailable(
                    "the authorization server's answer is none (RFC 7662): look at"
                            + " introspectionUrl");
        }
        return active
                ? rules.judge(said.get(), clock.instant(), false)
                : new TokenVerdict.Invalid();
    }

    // Of b64token's characters, three mean something else in a form.
    private static byte[] form(ByteBuffer token) {
        ByteBuffer form = ByteBuffer.allocate(BEGIN.length + 3 * token.remaining() + END.length);
        form.put(BEGIN);
        for (int i = token.position(); i < token.limit(); i++) {
            byte octet = token.get(i);
            switch (octet) {
                case '+' -> form.put(ascii("%2B"));
                case '/' -> form.put(ascii("%2F"));
                case '=' -> form.put(ascii("%3D"));
                default -> form.put(octet);
            }
        }
        form.put(END);
        byte[] octets = Arrays.copyOf(form.array(), form.position());
        Arrays.fill(form.array(), (byte) 0);
        return octets;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        credentials.close();
    }
}
