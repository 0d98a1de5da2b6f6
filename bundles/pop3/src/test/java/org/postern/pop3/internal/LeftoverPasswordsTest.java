package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.limits.LoginAttempt;
import org.postern.api.protocol.ProtocolSession;
import org.postern.api.sasl.Sasl;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;
import org.postern.api.session.SessionEnd;
import org.postern.testkit.auth.HiddenPassword;
import org.postern.testkit.auth.ProcessMemory;

/** After fourteen hundred logins none of their passwords is left in the process. */
class LeftoverPasswordsTest {
    private static final int LOGINS = 1_400;

    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final HiddenPassword password = new HiddenPassword();
    private final ByteBuffer input = ByteBuffer.allocateDirect(2_000);
    private final ByteBuffer token = ByteBuffer.allocateDirect(40 * HiddenPassword.LENGTH);

    @Test
    void noPasswordIsLeftInMemory() throws Exception {
        for (int i = 0; i < LOGINS; i++) {
            login(i);
        }
        assertEquals(List.of(), ProcessMemory.ofThis().find(password));
    }

    private void login(int number) {
        Pop3World world = new Pop3World(List.of());
        // The collector moves what it finds in the middle of a login, and leaves a copy behind.
        boolean collect = number % 50 == 0 || number == LOGINS - 1;
        world.authentication.answers = !collect;
        world.protocol.unbindSasl(world.sasl);
        world.protocol.bindSasl(new Forgetful());
        List<ProtocolSession> sessions = new ArrayList<>();
        world.connection.open(
                connection -> {
                    sessions.add(world.protocol.open(connection));
                    return sessions.get(0);
                });
        input.clear().put("USER someone\r\n".getBytes(US_ASCII));
        if (number / 50 % 7 < 4) {
            input.put("PASS ".getBytes(US_ASCII));
            password.putInto(input);
        }
        switch (number / 50 % 7) {
            case 0 -> input.put("\r\n".getBytes(US_ASCII));
            case 1 -> input.put("\r\nNOOP\r\nNO".getBytes(US_ASCII));
            case 2 -> input.put("\r".getBytes(US_ASCII));
            case 3 -> {
                for (int i = 0; i < 20; i++) {
                    password.putInto(input);
                }
                input.put("\r\n".getBytes(US_ASCII));
            }
            // The password is 24 letters: base64 that somebody may have chosen, too.
            case 4 -> {
                input.put("AUTH PLAIN ".getBytes(US_ASCII));
                password.putInto(input);
                input.put("\r\n".getBytes(US_ASCII));
                password.putInto(input);
                input.put("\n".getBytes(US_ASCII));
            }
            case 5 -> {
                input.put("AUTH PLAIN\r\n".getBytes(US_ASCII));
                putEncoded(1);
                input.put("\r\n".getBytes(US_ASCII));
                putEncoded(30);
                input.put("\r\n".getBytes(US_ASCII));
                putEncoded(1);
            }
            default -> {
                input.put("AUTH PLAIN ".getBytes(US_ASCII));
                putEncoded(30);
                input.put("\r\n".getBytes(US_ASCII));
                putEncoded(20);
                input.put("=\r\n".getBytes(US_ASCII));
            }
        }
        input.flip();
        // In two pieces at any place.
        int cut = 1 + number % (input.limit() - 1);
        deliver(world, sessions.get(0), input.slice(0, cut));
        if (collect) {
            System.gc();
        }
        deliver(world, sessions.get(0), input.slice(cut, input.limit() - cut));
        if (collect) {
            System.gc();
        }
        world.finish();
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        world.finish();
        HiddenPassword.wipe(input);
    }

    // The password so many times, in base64, with no copy of it left.
    private void putEncoded(int times) {
        for (int i = 0; i < times; i++) {
            password.putInto(token);
        }
        for (int i = 0; i < token.position(); i += 3) {
            int bits =
                    ((token.get(i) & 0xFF) << 16)
                            | ((token.get(i + 1) & 0xFF) << 8)
                            | (token.get(i + 2) & 0xFF);
            for (int shift = 18; shift >= 0; shift -= 6) {
                input.put((byte) ALPHABET.charAt((bits >> shift) & 63));
            }
        }
        HiddenPassword.wipe(token);
    }

    /** Asks again and again, and keeps nothing of the answers. */
    private static final class Forgetful implements Sasl, SaslLogin {
        @Override
        public List<Mechanism> offered(SaslPeer peer) {
            return List.of(Mechanism.PLAIN);
        }

        @Override
        public Optional<SaslLogin> begin(Mechanism mechanism, SaslPeer peer) {
            return Optional.of(this);
        }

        @Override
        public CompletionStage<SaslStep> next(Optional<Secret> response) {
            return CompletableFuture.completedStage(FakeSasl.challenge("again"));
        }

        @Override
        public void cancel() {}

        @Override
        public LoginAttempt attempt() {
            return new LoginAttempt(Mechanism.PLAIN, Optional.empty(), OptionalLong.empty());
        }
    }

    private static void deliver(Pop3World world, ProtocolSession session, ByteBuffer octets) {
        for (int before = -1; octets.hasRemaining() && octets.position() != before; ) {
            before = octets.position();
            session.input(octets);
            world.connection.settle();
        }
    }
}
