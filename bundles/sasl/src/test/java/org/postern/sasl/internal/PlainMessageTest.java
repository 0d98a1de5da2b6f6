package org.postern.sasl.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.UserName;

class PlainMessageTest {
    private static PlainMessage parse(String text) throws MalformedMessage {
        return PlainMessage.parse(ByteBuffer.wrap(Clients.octets(text)));
    }

    /** The examples of RFC 4616 section 4. */
    @Test
    void theExamplesOfTheStandard() throws MalformedMessage {
        PlainMessage tim = parse("\0tim\0tanstaaftanstaaf");
        assertEquals(Optional.empty(), tim.authorization());
        assertEquals(UserName.of("tim"), tim.name());
        assertEquals(ByteBuffer.wrap(Clients.octets("tanstaaftanstaaf")), tim.password().view());
        PlainMessage kurt = parse("Ursel\0Kurt\0xipj3plmq");
        assertEquals(Optional.of(UserName.of("Ursel")), kurt.authorization());
        assertEquals(UserName.of("Kurt"), kurt.name());
    }

    @Test
    void namesAreUtf8AndPasswordsAnything() throws MalformedMessage {
        String longest = "x".repeat(UserName.MAX_OCTETS);
        assertEquals(UserName.of(longest), parse("\0" + longest + "\0p").name());
        byte[] latin1 = "\0a\0\u00e4".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(1, PlainMessage.parse(ByteBuffer.wrap(latin1)).password().length());
        byte[] name = "\0\u00e4\0p".getBytes(StandardCharsets.ISO_8859_1);
        assertThrows(MalformedMessage.class, () -> PlainMessage.parse(ByteBuffer.wrap(name)));
    }

    @Test
    void whatTheGrammarDoesNotAllowIsMalformed() {
        for (String wrong :
                List.of(
                        "",
                        "\0",
                        "\0\0",
                        "anna",
                        "anna\0secret",
                        "\0\0secret",
                        "\0anna\0",
                        "\0anna\0secret\0",
                        "\0anna\0sec\0ret",
                        "\0" + "x".repeat(UserName.MAX_OCTETS + 1) + "\0p",
                        "x".repeat(UserName.MAX_OCTETS + 1) + "\0a\0p")) {
            assertThrows(MalformedMessage.class, () -> parse(wrong), wrong);
        }
    }
}
