package org.postern.sasl.internal;

import java.util.Base64;

/** RFC 5802 section 7, client-final-message: {@code c=base64,r=nonce*ext,p=base64}. */
final class ClientFinal {
    /** A header with one name escaped and a channel binding of 64 octets, in base64; the rest. */
    static final int MAX_MESSAGE = 2048;

    static final int PROOF_LENGTH = 32;

    private final byte[] binding;
    private final byte[] nonce;
    private final byte[] withoutProof;
    private final byte[] proof;

    private ClientFinal(byte[] binding, byte[] nonce, byte[] withoutProof, byte[] proof) {
        this.binding = binding;
        this.nonce = nonce;
        this.withoutProof = withoutProof;
        this.proof = proof;
    }

    static ClientFinal parse(byte[] message) throws MalformedMessage {
        if (message.length > MAX_MESSAGE) {
            throw new MalformedMessage("a final message that is too long");
        }
        Octets octets = new Octets(message);
        byte[] binding = octets.value('c');
        octets.expect(',');
        byte[] nonce = octets.value('r');
        int end = octets.position();
        octets.expect(',');
        while (!octets.begins('p')) {
            octets.skipExtension();
            end = octets.position();
            octets.expect(',');
        }
        byte[] proof = proof(octets.value('p'));
        if (!octets.atEnd()) {
            throw new MalformedMessage("invalid-encoding");
        }
        return new ClientFinal(binding, nonce, octets.between(0, end), proof);
    }

    private static byte[] proof(byte[] base64) throws MalformedMessage {
        try {
            byte[] proof = Base64.getDecoder().decode(base64);
            // As long as it must be, and with its padding: Java's decoder does without.
            if (proof.length == PROOF_LENGTH && base64.length == 44) {
                return proof;
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused like one of another length.
        }
        throw new MalformedMessage("invalid-encoding");
    }

    /** What {@code c=} says, in base64 as it came. */
    byte[] binding() {
        return binding;
    }

    /** Both halves. */
    byte[] nonce() {
        return nonce;
    }

    /** The message up to the comma before {@code p=}. */
    byte[] withoutProof() {
        return withoutProof;
    }

    /** As long as SHA-256's digest. */
    byte[] proof() {
        return proof;
    }
}
