package org.postern.sasl.oauth.internal;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;

/**
 * JSON objects, read strictly: UTF-8 without errors, so that two names never become one; no member
 * twice, so that nobody else reads the other one; no deeper than anything here needs, because the
 * library reads recursively (CVE-2025-53864).
 */
final class Json {
    /** A key set has four; a claim may be an object of objects. */
    static final int MAX_DEPTH = 16;

    private Json() {}

    /** Empty if it is not such an object. */
    static Optional<Map<String, Object>> object(byte[] octets) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
            return isShallow(text)
                    ? Optional.ofNullable(JSONObjectUtils.parse(text))
                    : Optional.empty();
        } catch (CharacterCodingException | ParseException bad) {
            return Optional.empty();
        }
    }

    private static boolean isShallow(String text) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (quoted) {
                if (character == '\\') {
                    i++;
                } else if (character == '"') {
                    quoted = false;
                }
            } else if (character == '"') {
                quoted = true;
            } else if (character == '{' || character == '[') {
                depth++;
            } else if (character == '}' || character == ']') {
                depth--;
            }
            if (depth > MAX_DEPTH) {
                return false;
            }
        }
        return true;
    }
}
