package org.postern.sasl.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.postern.api.auth.UserName;

/**
 * Names as mechanisms carry them: UTF-8, without NUL. They are compared as octets, as everywhere:
 * preparing them here (RFC 4013) could make two names one, and clients have prepared them.
 */
final class Names {
    private Names() {}

    /**
     * @param octets from position to limit, which stay
     */
    static UserName read(ByteBuffer octets) throws MalformedMessage {
        if (!octets.hasRemaining() || octets.remaining() > UserName.MAX_OCTETS) {
            throw new MalformedMessage("a name that is empty or too long");
        }
        byte[] name = new byte[octets.remaining()];
        octets.get(octets.position(), name);
        try {
            // Java's decoder takes neither overlong forms nor surrogates.
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
            return UserName.of(name);
        } catch (CharacterCodingException notOne) {
            throw new MalformedMessage("a name that is not UTF-8");
        } catch (IllegalArgumentException nul) {
            throw new MalformedMessage("a name with a NUL");
        }
    }
}
