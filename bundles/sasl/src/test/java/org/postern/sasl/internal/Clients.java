package org.postern.sasl.internal;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.postern.testkit.sasl.SaslClient;

/** Clients; for SCRAM somebody else's. */
final class Clients {
    private Clients() {}

    /** One that says these things, one after the other, the first of them without being asked. */
    static SaslClient saying(String... responses) {
        return scripted(true, responses);
    }

    /** One that answers these things, one after the other. */
    static SaslClient answering(String... responses) {
        return scripted(false, responses);
    }

    private static SaslClient scripted(boolean begins, String... responses) {
        Deque<String> script = new ArrayDeque<>(Arrays.asList(responses));
        Optional<byte[]> first = begins ? Optional.of(octets(script.remove())) : Optional.empty();
        return new SaslClient() {
            @Override
            public Optional<byte[]> begins() {
                return first.map(byte[]::clone);
            }

            @Override
            public byte[] answers(ByteBuffer challenge) {
                if (script.isEmpty()) {
                    throw new IllegalStateException("nothing more to say");
                }
                return octets(script.remove());
            }
        };
    }

    /** com.ongres.scram's, without channel binding. */
    static SaslClient scram(String name, String password) {
        return scram(
                ScramClient.builder()
                        .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                        .username(name)
                        .password(password.toCharArray())
                        .build());
    }

    /**
     * The same with what PBKDF2 makes of its password and a salt of zeros: many in a short time.
     */
    static SaslClient scramSalted(String name, byte[] salted) {
        return scram(
                ScramClient.builder()
                        .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                        .username(name)
                        .saltedPassword(salted.clone())
                        .build());
    }

    /** {@link #scramSalted}, bound to a connection as {@link FakeTls} has it. */
    static SaslClient scramPlusSalted(String name, byte[] salted, String binding) {
        return scram(
                ScramClient.builder()
                        .advertisedMechanisms(List.of("SCRAM-SHA-256-PLUS"))
                        .username(name)
                        .saltedPassword(salted.clone())
                        .channelBinding(binding, octets(binding))
                        .build());
    }

    /** com.ongres.scram's, bound to a connection as {@link FakeTls} has it. */
    static SaslClient scramPlus(String name, String password, String binding) {
        return scram(
                ScramClient.builder()
                        .advertisedMechanisms(List.of("SCRAM-SHA-256-PLUS"))
                        .username(name)
                        .password(password.toCharArray())
                        .channelBinding(binding, octets(binding))
                        .build());
    }

    private static SaslClient scram(ScramClient client) {
        byte[] first = octets(client.clientFirstMessage().toString());
        return new SaslClient() {
            private int answers;

            @Override
            public Optional<byte[]> begins() {
                return Optional.of(first.clone());
            }

            @Override
            public byte[] answers(ByteBuffer challenge) {
                String text = StandardCharsets.UTF_8.decode(challenge).toString();
                try {
                    if (answers++ == 0) {
                        client.serverFirstMessage(text);
                        return octets(client.clientFinalMessage().toString());
                    }
                    client.serverFinalMessage(text);
                    return new byte[0];
                } catch (ScramException wrong) {
                    throw new IllegalStateException(wrong);
                }
            }
        };
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
