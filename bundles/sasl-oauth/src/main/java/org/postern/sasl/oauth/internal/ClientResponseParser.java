package org.postern.sasl.oauth.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.postern.api.auth.UserName;
import org.postern.api.sasl.SaslLogin;

/**
 * Reads a client's response, octet by octet and once. A key that is given twice is refused, because
 * somebody else might have read the other one; keys that nobody here knows are passed over (RFC
 * 7628 section 3.1).
 */
final class ClientResponseParser {
    private static final int SEPARATOR = 1;
    // RFC 1035 section 2.3.4.
    private static final int MAX_HOST = 255;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_PORT_DIGITS = 5;
    private static final String BEARER = "bearer";

    private final ByteBuffer octets;
    private Optional<UserName> user = Optional.empty();
    private Optional<ByteBuffer> token = Optional.empty();
    private boolean authGiven;
    private boolean hostGiven;
    private boolean portGiven;

    private ClientResponseParser(ByteBuffer octets) throws MalformedResponseException {
        this.octets = octets.slice();
        require(octets.remaining() <= SaslLogin.MAX_RESPONSE, "longer than a response may be");
    }

    /** RFC 7628 section 3.1: a GS2 header (RFC 5801 section 4) and pairs. */
    static ClientResponse oauthBearer(ByteBuffer octets) throws MalformedResponseException {
        ClientResponseParser parser = new ClientResponseParser(octets);
        parser.gs2Header();
        parser.pairs(false);
        return parser.result();
    }

    /** The same pairs without a header, the user among them, which must be there. */
    static ClientResponse xoauth2(ByteBuffer octets) throws MalformedResponseException {
        ClientResponseParser parser = new ClientResponseParser(octets);
        parser.pairs(true);
        require(parser.user.isPresent(), "no user");
        return parser.result();
    }

    private ClientResponse result() throws MalformedResponseException {
        require(authGiven, "no auth");
        require(!octets.hasRemaining(), "more after the end");
        return new ClientResponse(user, token);
    }

    private void gs2Header() throws MalformedResponseException {
        int flag = octet();
        // "p" wants a channel binding, which a bearer token has not (RFC 7628 section 3.1).
        require(flag == 'n' || flag == 'y', "no fit channel binding flag");
        require(octet() == ',', "no GS2 header");
        if (peek() == 'a') {
            octet();
            require(octet() == '=', "no GS2 header");
            user = Optional.of(saslName());
        }
        require(octet() == ',', "no GS2 header");
        require(octet() == SEPARATOR, "no GS2 header");
    }

    // RFC 5801 section 4: a comma is =2C, an equals sign =3D, and nothing else is escaped.
    private UserName saslName() throws MalformedResponseException {
        byte[] name = new byte[UserName.MAX_OCTETS];
        int length = 0;
        for (int next = peek(); next != ','; next = peek()) {
            int octet = octet();
            if (octet == '=') {
                int high = octet();
                int low = octet();
                require(
                        (high == '2' && low == 'C') || (high == '3' && low == 'D'),
                        "a name with a wrong escape");
                octet = high == '2' ? ',' : '=';
            }
            require(length < name.length, "too long a name");
            name[length++] = (byte) octet;
        }
        return name(ByteBuffer.wrap(name, 0, length));
    }

    private void pairs(boolean withUser) throws MalformedResponseException {
        while (peek() != SEPARATOR) {
            String key = key();
            ByteBuffer value = value(withUser && key.equals("user"));
            switch (key) {
                case "auth" -> {
                    require(!authGiven, "auth twice");
                    authGiven = true;
                    token = bearer(value);
                }
                case "host" -> {
                    require(!hostGiven && isHost(value), "no fit host");
                    hostGiven = true;
                }
                case "port" -> {
                    require(!portGiven && isPort(value), "no fit port");
                    portGiven = true;
                }
                case "user" -> {
                    if (withUser) {
                        require(user.isEmpty(), "user twice");
                        user = Optional.of(name(value));
                    }
                }
                default -> {
                    // Passed over.
                }
            }
        }
        octet();
    }

    // No longer than the keys that are known: what is cut is not one of them.
    private String key() throws MalformedResponseException {
        StringBuilder key = new StringBuilder();
        int length = 0;
        for (int octet = octet(); octet != '='; octet = octet()) {
            require(isLetter(octet), "a key that is none");
            if (length++ <= "auth".length()) {
                key.append((char) octet);
            }
        }
        require(length > 0, "a key that is none");
        return key.toString();
    }

    private ByteBuffer value(boolean text) throws MalformedResponseException {
        int from = octets.position();
        int octet = octet();
        while (octet != SEPARATOR) {
            boolean fit =
                    (octet >= ' ' && octet < 0x7F)
                            || octet == '\t'
                            || octet == '\r'
                            || octet == '\n'
                            || (text && octet >= 0x80);
            require(fit, "a value with unfit octets");
            octet = octet();
        }
        return octets.slice(from, octets.position() - 1 - from);
    }

    private Optional<ByteBuffer> bearer(ByteBuffer value) throws MalformedResponseException {
        int at = 0;
        while (at < value.limit() && value.get(at) != ' ') {
            at++;
        }
        boolean other = at != BEARER.length();
        for (int i = 0; i < BEARER.length() && !other; i++) {
            other = (value.get(i) | 0x20) != BEARER.charAt(i);
        }
        while (at < value.limit() && value.get(at) == ' ') {
            at++;
        }
        if (other || at == value.limit()) {
            return Optional.empty();
        }
        ByteBuffer candidate = value.slice(at, value.limit() - at);
        require(isToken(candidate), "a token that is none");
        return Optional.of(candidate);
    }

    // RFC 6750 section 2.1: b64token.
    private static boolean isToken(ByteBuffer value) {
        int end = value.limit();
        while (end > 0 && value.get(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            int octet = value.get(i);
            if (!isLetter(octet) && !isDigit(octet) && "-._~+/".indexOf(octet) < 0) {
                return false;
            }
        }
        return end > 0;
    }

    private static boolean isHost(ByteBuffer value) {
        for (int i = 0; i < value.limit(); i++) {
            int octet = value.get(i);
            if (!isLetter(octet) && !isDigit(octet) && "-._:[]".indexOf(octet) < 0) {
                return false;
            }
        }
        return value.hasRemaining() && value.limit() <= MAX_HOST;
    }

    private static boolean isPort(ByteBuffer value) {
        int port = 0;
        for (int i = 0; i < value.limit(); i++) {
            if (!isDigit(value.get(i)) || i == MAX_PORT_DIGITS) {
                return false;
            }
            port = port * 10 + value.get(i) - '0';
        }
        return port >= 1 && port <= MAX_PORT;
    }

    private UserName name(ByteBuffer value) throws MalformedResponseException {
        byte[] name = new byte[value.remaining()];
        value.get(value.position(), name);
        try {
            var ignored = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
            return UserName.of(name);
        } catch (CharacterCodingException | IllegalArgumentException unfit) {
            throw new MalformedResponseException("no fit name");
        }
    }

    private int octet() throws MalformedResponseException {
        int octet = peek();
        octets.get();
        return octet;
    }

    private int peek() throws MalformedResponseException {
        require(octets.hasRemaining(), "it ends too early");
        return octets.get(octets.position()) & 0xFF;
    }

    private static boolean isLetter(int octet) {
        return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
    }

    private static boolean isDigit(int octet) {
        return octet >= '0' && octet <= '9';
    }

    private static void require(boolean condition, String reason)
            throws MalformedResponseException {
        if (!condition) {
            throw new MalformedResponseException(reason);
        }
    }
}
