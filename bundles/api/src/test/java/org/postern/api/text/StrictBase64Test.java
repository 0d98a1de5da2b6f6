package org.postern.api.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictBase64Test {

    private static ByteBuffer direct(String text) {
        byte[] octets = text.getBytes(ISO_8859_1);
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }

    // RFC 4648 section 10.
    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "Zg==, f",
        "Zm8=, fo",
        "Zm9v, foo",
        "Zm9vYg==, foob",
        "Zm9vYmE=, fooba",
        "Zm9vYmFy, foobar"
    })
    void decodesTheStandardsExamples(String text, String octets) {
        ByteBuffer buffer = direct(text);
        assertTrue(StrictBase64.decode(buffer));
        assertEquals(octets, ISO_8859_1.decode(buffer).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Z",
                "Zg",
                "Zg=",
                "Zm8",
                "Zm9vY",
                "=",
                "==",
                "===",
                "====",
                "Z===",
                "Zg==Zg==",
                "Zg==Zm9v",
                "Zm9v====",
                "Z=g=",
                "Zg=v",
                "=Zm9",
                "Zm9v\n",
                "Zm9 ",
                " Zm9",
                "Zm\n9",
                "Zm-_",
                "Zm9\u00e1",
                "Zm9\0",
                "Zm9{",
                "Zm9@",
                "Zm9[",
                "Zm9`",
                "Zm9:",
                "*"
            })
    void refusesWhatIsNotOfTheForm(String text) {
        ByteBuffer buffer = direct(text);
        assertFalse(StrictBase64.decode(buffer));
        assertEquals(0, buffer.position());
        assertEquals(text.length(), buffer.limit());
    }

    // One text for any octets: what comes twice in another form is not to look like something else.
    @ParameterizedTest
    @ValueSource(strings = {"Zh==", "Zo==", "Zv==", "Zm9=", "Zm+=", "Zm9vYm/="})
    void refusesBitsBehindTheLastOctet(String text) {
        assertFalse(StrictBase64.decode(direct(text)));
    }

    @Test
    void decodesWhereTheTextStands() {
        ByteBuffer buffer = direct("AUTH X Zm9vYg== ");
        buffer.position(7).limit(15);
        assertTrue(StrictBase64.decode(buffer));
        assertEquals(7, buffer.position());
        assertEquals(11, buffer.limit());
        buffer.clear();
        assertEquals("AUTH X foobYg== ", ISO_8859_1.decode(buffer).toString());
    }

    @Test
    void readsWhatTheLibraryWritesAndNothingElse() {
        long seed = System.nanoTime();
        System.out.println("StrictBase64Test seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] octets = new byte[random.nextInt(70)];
            random.nextBytes(octets);
            byte[] text = Base64.getEncoder().encode(octets);
            ByteBuffer buffer = ByteBuffer.wrap(text.clone());
            assertTrue(StrictBase64.decode(buffer));
            byte[] decoded = new byte[buffer.remaining()];
            buffer.get(decoded);
            assertArrayEquals(octets, decoded, "seed " + seed);
        }
    }
}
