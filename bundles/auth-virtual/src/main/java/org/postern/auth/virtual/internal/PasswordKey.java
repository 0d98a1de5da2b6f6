package org.postern.auth.virtual.internal;

import com.ongres.saslprep.SASLprep;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A password as a key for HMAC, prepared as RFC 5802 wants it (SASLprep, RFC 4013). Java asks for
 * it as an array, and wipes that at once; what stays of it on the heap is the key mixed with HMAC's
 * constants, until it is collected. One that is not ASCII has to become characters to be prepared:
 * those of ours are wiped, those that the library makes on the way are not (ADR 11).
 */
final class PasswordKey implements SecretKey, AutoCloseable {
    private static final long serialVersionUID = 1L;

    private final transient ByteBuffer octets;
    private final transient byte[] prepared;

    private PasswordKey(ByteBuffer octets, byte[] prepared) {
        this.octets = octets;
        this.prepared = prepared;
    }

    /**
     * @param password direct; from its position to its limit, which stay; it is read as long as the
     *     key is used
     */
    static PasswordKey prepared(ByteBuffer password) {
        ByteBuffer octets = password.slice();
        boolean ascii = true;
        for (int i = 0; i < octets.limit(); i++) {
            ascii &= octets.get(i) >= 0;
        }
        return new PasswordKey(octets, ascii ? new byte[0] : prepare(octets));
    }

    // What cannot be prepared is taken as it is, as by PostgreSQL, and as by doveadm always:
    // somebody
    // may have made the hash of it.
    private static byte[] prepare(ByteBuffer octets) {
        char[] characters = {};
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(octets.duplicate());
            characters = Arrays.copyOf(decoded.array(), decoded.limit());
            Arrays.fill(decoded.array(), '\0');
            char[] prepared = new SASLprep().prepareStored(characters);
            ByteBuffer encoded = ByteBuffer.allocate(3 * prepared.length);
            var unused =
                    StandardCharsets.UTF_8
                            .newEncoder()
                            .encode(CharBuffer.wrap(prepared), encoded, true);
            Arrays.fill(prepared, '\0');
            byte[] key = Arrays.copyOf(encoded.array(), encoded.position());
            Arrays.fill(encoded.array(), (byte) 0);
            return key;
        } catch (CharacterCodingException | IllegalArgumentException asItIs) {
            return new byte[0];
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    @Override
    public byte[] getEncoded() {
        if (prepared.length > 0) {
            return prepared.clone();
        }
        byte[] copy = new byte[octets.limit()];
        octets.get(0, copy);
        return copy;
    }

    @Override
    public String getAlgorithm() {
        return "HmacSHA256";
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public void close() {
        Arrays.fill(prepared, (byte) 0);
    }
}
