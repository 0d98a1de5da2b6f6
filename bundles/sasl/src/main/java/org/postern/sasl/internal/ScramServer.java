package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.postern.api.auth.Mechanism;
import org.postern.api.net.TlsSession;
import org.postern.api.sasl.SaslContext;

/** What all exchanges by SCRAM have of the server. */
final class ScramServer {
    /** 192 bits, 32 characters of base64 without padding. */
    private static final int NONCE_OCTETS = 24;

    private final Supplier<Optional<Decoys>> decoys;
    private final IntSupplier iterations;
    private final FailureTimes failures;
    private final SecureRandom random;

    ScramServer(
            Supplier<Optional<Decoys>> decoys,
            IntSupplier iterations,
            FailureTimes failures,
            SecureRandom random) {
        this.decoys = decoys;
        this.iterations = iterations;
        this.failures = failures;
        this.random = random;
    }

    Optional<Decoys> decoys() {
        return decoys.get();
    }

    /** Those of names without a verifier. */
    int iterations() {
        return iterations.getAsInt();
    }

    FailureTimes failures() {
        return failures;
    }

    /** The client's half and ours, which was never there before. */
    byte[] nonce(byte[] clients) {
        byte[] own = new byte[NONCE_OCTETS];
        random.nextBytes(own);
        byte[] text = Base64.getEncoder().encode(own);
        return ByteBuffer.allocate(clients.length + text.length).put(clients).put(text).array();
    }

    /**
     * What the client's {@code c=} must be (RFC 5802 section 6): its header, and what binds it to
     * this connection.
     *
     * @param plus whether the mechanism is the one with channel binding
     * @throws MalformedMessage if what it says of channel binding cannot be
     */
    byte[] binding(ClientFirst first, SaslContext context, boolean plus) throws MalformedMessage {
        if (plus != (first.flag() == 'p')) {
            throw new MalformedMessage(
                    plus ? "no channel binding" : "channel-binding-not-supported");
        }
        // It could bind and believes that we cannot: somebody between us took our offer away.
        if (first.flag() == 'y' && context.offers(Mechanism.SCRAM_SHA_256_PLUS)) {
            throw new MalformedMessage("server-does-support-channel-binding");
        }
        if (!plus) {
            return first.gs2Header();
        }
        byte[] data =
                context.peer()
                        .tls()
                        .flatMap(tls -> binding(tls, first.binding()))
                        .orElseThrow(
                                () -> new MalformedMessage("unsupported-channel-binding-type"));
        return ByteBuffer.allocate(first.gs2Header().length + data.length)
                .put(first.gs2Header())
                .put(data)
                .array();
    }

    private static Optional<byte[]> binding(TlsSession tls, String type) {
        return tls.channelBindings().contains(type) ? tls.channelBinding(type) : Optional.empty();
    }
}
