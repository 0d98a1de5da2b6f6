package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.postern.api.auth.UserName;

/**
 * Whatever the octets: no exception but the parser's own, a name and a token that are fit to go on
 * with, and, for what was read, the same once it is written anew. Fuzzes with JAZZER_FUZZ=1, else
 * replays the corpus.
 */
class ClientResponseFuzzTest {

    @FuzzTest(maxDuration = "60s")
    @Timeout(180)
    void whatIsReadCanBeWrittenAndRead(byte[] data) throws Exception {
        for (ResponseForm form : ResponseForm.values()) {
            ByteBuffer octets = ByteBuffer.allocateDirect(data.length).put(data).flip();
            Optional<ClientResponse> read;
            try {
                read = Optional.of(form.parse(octets));
            } catch (MalformedResponseException malformed) {
                assertTrue(malformed.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7F));
                continue;
            }
            assertEquals(0, octets.position());
            String token = text(read.get().token());
            assertTrue(token.chars().allMatch(c -> c > ' ' && c < 0x7F));
            ClientResponse again = form.parse(ByteBuffer.wrap(written(form, read.get(), token)));
            assertEquals(read.get().user(), again.user());
            assertEquals(token, text(again.token()));
        }
    }

    private static String text(Optional<ByteBuffer> token) {
        return token.map(it -> StandardCharsets.US_ASCII.decode(it.duplicate()).toString())
                .orElse("");
    }

    private static byte[] written(ResponseForm form, ClientResponse response, String token)
            throws Exception {
        String name =
                response.user()
                        .map(UserName::octets)
                        .map(it -> new String(it, StandardCharsets.UTF_8))
                        .orElse("");
        String head =
                form == ResponseForm.XOAUTH2
                        ? "user=" + name
                        : "n,"
                                + (name.isEmpty()
                                        ? ""
                                        : "a=" + name.replace("=", "=3D").replace(",", "=2C"))
                                + ",";
        String all = head + "\u0001auth=Bearer " + token + "\u0001\u0001";
        byte[] octets = all.getBytes(StandardCharsets.UTF_8);
        return octets;
    }
}
