package org.postern.pop3.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.protocol.ProtocolSession;
import org.postern.api.session.SessionEnd;
import org.postern.testkit.auth.HiddenPassword;
import org.postern.testkit.auth.ProcessMemory;

/** After a thousand logins none of their passwords is left in the process. */
class LeftoverPasswordsTest {
    private static final int LOGINS = 1_000;

    private final HiddenPassword password = new HiddenPassword();
    private final ByteBuffer input = ByteBuffer.allocateDirect(1_000);

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
        List<ProtocolSession> sessions = new ArrayList<>();
        world.connection.open(
                connection -> {
                    sessions.add(world.protocol.open(connection));
                    return sessions.get(0);
                });
        input.clear().put("USER someone\r\n".getBytes(US_ASCII));
        if (number / 50 % 5 != 4) {
            input.put("PASS ".getBytes(US_ASCII));
            password.putInto(input);
        }
        switch (number / 50 % 5) {
            case 0 -> input.put("\r\n".getBytes(US_ASCII));
            case 1 -> input.put("\r\nNOOP\r\nNO".getBytes(US_ASCII));
            case 2 -> input.put("\r".getBytes(US_ASCII));
            case 3 -> {
                for (int i = 0; i < 20; i++) {
                    password.putInto(input);
                }
                input.put("\r\n".getBytes(US_ASCII));
            }
            default -> {
                input.put("AUTH PLAIN ".getBytes(US_ASCII));
                password.putInto(input);
                input.put(" \r\n".getBytes(US_ASCII));
                password.putInto(input);
                input.put("\n".getBytes(US_ASCII));
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

    private static void deliver(Pop3World world, ProtocolSession session, ByteBuffer octets) {
        for (int before = -1; octets.hasRemaining() && octets.position() != before; ) {
            before = octets.position();
            session.input(octets);
            world.connection.settle();
        }
    }
}
