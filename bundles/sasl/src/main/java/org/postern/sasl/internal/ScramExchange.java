package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.ScramVerifier;
import org.postern.api.auth.Secret;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslStep;

/**
 * One login by SCRAM (RFC 5802). A name that nobody has, one without a verifier and one that is
 * disabled go the same way as any other, with a decoy for a verifier: the same salt each time, the
 * same arithmetic, and a no at the same time. After a failure no {@code e=} is sent (section 5.1
 * leaves it to us): POP3's -ERR says it, and a client that answers an error is one more line.
 */
final class ScramExchange implements SaslExchange {
    private enum Expecting {
        FIRST,
        FINAL,
        /** The empty response to the server's signature. */
        NOTHING,
        OVER
    }

    private final SaslContext context;
    private final ScramServer server;
    private final boolean plus;

    private Expecting expecting = Expecting.FIRST;
    private byte[] nonce = {};
    private byte[] binding = {};
    private byte[] saidSoFar = {};
    private Optional<ScramVerifier> verifier = Optional.empty();

    // Who was found, held until the proof; cancelling may come from another thread.
    private Optional<Accepted> found = Optional.empty();
    private boolean cancelled;

    /**
     * @param plus whether the mechanism is the one with channel binding
     */
    ScramExchange(SaslContext context, ScramServer server, boolean plus) {
        this.context = context;
        this.server = server;
        this.plus = plus;
    }

    @Override
    public CompletionStage<SaslStep> next(Optional<Secret> response) {
        if (response.isEmpty()) {
            return Steps.yourTurn();
        }
        byte[] message = new byte[response.get().length()];
        response.get().view().get(message);
        Expecting now = expecting;
        expecting = Expecting.OVER;
        try {
            return switch (now) {
                case FIRST -> first(ClientFirst.parse(message));
                case FINAL -> proof(ClientFinal.parse(message));
                case NOTHING -> accept(message.length);
                case OVER -> Steps.unavailable("the exchange is over");
            };
        } catch (MalformedMessage malformed) {
            release();
            return Steps.malformed(malformed.getMessage());
        } finally {
            // A proof, with what a listener on the line has, lets the password be guessed.
            Arrays.fill(message, (byte) 0);
        }
    }

    private CompletionStage<SaslStep> first(ClientFirst first) throws MalformedMessage {
        binding = server.binding(first, context, plus);
        Optional<Decoys> decoys = server.decoys();
        if (decoys.isEmpty()) {
            return Steps.unavailable("SCRAM has no key for its decoys: see org.postern.sasl.cfg");
        }
        ScramVerifier decoy = decoys.get().verifier(first.name(), server.iterations());
        return context.find(first.name(), first.authorization())
                .thenApply(outcome -> challenge(first, decoy, outcome));
    }

    private SaslStep challenge(ClientFirst first, ScramVerifier decoy, AccountOutcome outcome) {
        if (outcome instanceof AccountOutcome.Unavailable cannot) {
            return Steps.finished(cannot.reason());
        }
        ScramVerifier used = decoy;
        if (outcome instanceof AccountOutcome.Found someone) {
            used = someone.verifier().orElse(decoy);
            hold(someone.onProof(), someone.verifier().isPresent());
        }
        nonce = server.nonce(first.nonce());
        byte[] challenge =
                join(
                        ascii("r="),
                        nonce,
                        ascii(",s="),
                        Base64.getEncoder().encode(used.salt()),
                        ascii(",i=" + used.iterations()));
        saidSoFar = join(first.bare(), ascii(","), challenge, ascii(","));
        verifier = Optional.of(used);
        expecting = Expecting.FINAL;
        return new SaslStep.Challenge(ByteBuffer.wrap(challenge));
    }

    private CompletionStage<SaslStep> proof(ClientFinal last) throws MalformedMessage {
        long began = server.failures().now();
        if (!MessageDigest.isEqual(last.binding(), Base64.getEncoder().encode(binding))) {
            throw new MalformedMessage("channel-bindings-dont-match");
        }
        if (!MessageDigest.isEqual(last.nonce(), nonce)) {
            throw new MalformedMessage("other-error: not the nonce of this exchange");
        }
        byte[] authMessage = join(saidSoFar, last.withoutProof());
        ScramVerifier used = verifier.orElseThrow();
        boolean proven = ScramKeys.proves(used, authMessage, last.proof());
        byte[] signature = ScramKeys.hmac(used.serverKey(), authMessage);
        Arrays.fill(last.proof(), (byte) 0);
        if (!proven || !holds()) {
            release();
            return server.failures().decline(began);
        }
        expecting = Expecting.NOTHING;
        return Steps.challenge(
                ByteBuffer.wrap(join(ascii("v="), Base64.getEncoder().encode(signature))));
    }

    private CompletionStage<SaslStep> accept(int length) throws MalformedMessage {
        if (length > 0) {
            throw new MalformedMessage("an answer to the server's signature");
        }
        Optional<Accepted> proven;
        synchronized (this) {
            proven = found;
            found = Optional.empty();
        }
        return proven.<CompletionStage<SaslStep>>map(
                        accepted ->
                                CompletableFuture.completedStage(new SaslStep.Finished(accepted)))
                .orElseGet(() -> Steps.unavailable("the exchange was cancelled"));
    }

    /** Keeps the way to mail of who was found, unless there is nothing that could be proven. */
    private void hold(Accepted accepted, boolean provable) {
        synchronized (this) {
            if (provable && !cancelled) {
                found = Optional.of(accepted);
                return;
            }
        }
        accepted.mail().close();
    }

    private synchronized boolean holds() {
        return found.isPresent();
    }

    private void release() {
        Optional<Accepted> held;
        synchronized (this) {
            held = found;
            found = Optional.empty();
        }
        held.ifPresent(accepted -> accepted.mail().close());
    }

    @Override
    public void cancel() {
        synchronized (this) {
            cancelled = true;
        }
        release();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer whole = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            whole.put(part);
        }
        return whole.array();
    }
}
