package org.postern.sasl.internal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.postern.api.auth.UserName;

/**
 * RFC 5802 section 7, client-first-message:
 *
 * <pre>("n" / "y" / "p=" cb-name) "," ["a=" saslname] "," "n=" saslname "," "r=" nonce *ext</pre>
 */
final class ClientFirst {
    /** Two names of which each octet is escaped, and 400 octets for the rest. */
    static final int MAX_MESSAGE = 2 * 3 * UserName.MAX_OCTETS + 400;

    /**
     * Clients send 18 to 64 characters. It comes back in our answer, so it is not just anything.
     */
    static final int MAX_NONCE = 128;

    private static final int MAX_BINDING = 32;

    private final char flag;
    private final String binding;
    private final Optional<UserName> authorization;
    private final UserName name;
    private final byte[] nonce;
    private final byte[] gs2Header;
    private final byte[] bare;

    private ClientFirst(
            char flag,
            String binding,
            Optional<UserName> authorization,
            UserName name,
            byte[] nonce,
            byte[] gs2Header,
            byte[] bare) {
        this.flag = flag;
        this.binding = binding;
        this.authorization = authorization;
        this.name = name;
        this.nonce = nonce;
        this.gs2Header = gs2Header;
        this.bare = bare;
    }

    static ClientFirst parse(byte[] message) throws MalformedMessage {
        if (message.length > MAX_MESSAGE) {
            throw new MalformedMessage("a first message that is too long");
        }
        Octets octets = new Octets(message);
        char flag = flag(octets);
        String binding = flag == 'p' ? binding(octets) : "";
        octets.expect(',');
        Optional<UserName> authorization = Optional.empty();
        if (!octets.begins(',')) {
            authorization = Optional.of(Names.read(Octets.unescaped(octets.value('a'))));
        }
        octets.expect(',');
        int bare = octets.position();
        if (octets.begins('m')) {
            throw new MalformedMessage("extensions-not-supported");
        }
        UserName name = Names.read(Octets.unescaped(octets.value('n')));
        octets.expect(',');
        byte[] nonce = octets.value('r');
        requireNonce(nonce);
        while (!octets.atEnd()) {
            octets.expect(',');
            octets.skipExtension();
        }
        return new ClientFirst(
                flag,
                binding,
                authorization,
                name,
                nonce,
                octets.between(0, bare),
                octets.between(bare, message.length));
    }

    private static char flag(Octets octets) throws MalformedMessage {
        for (char flag : new char[] {'n', 'y', 'p'}) {
            if (octets.begins(flag)) {
                octets.expect(flag);
                return flag;
            }
        }
        throw new MalformedMessage("invalid-encoding");
    }

    private static String binding(Octets octets) throws MalformedMessage {
        octets.expect('=');
        byte[] name = octets.value();
        boolean fit = name.length <= MAX_BINDING;
        for (byte octet : name) {
            fit &=
                    (octet >= 'a' && octet <= 'z')
                            || (octet >= 'A' && octet <= 'Z')
                            || (octet >= '0' && octet <= '9')
                            || octet == '.'
                            || octet == '-';
        }
        if (!fit) {
            throw new MalformedMessage("unsupported-channel-binding-type");
        }
        return new String(name, StandardCharsets.US_ASCII);
    }

    // Printable ASCII without a comma, which ends the value.
    private static void requireNonce(byte[] nonce) throws MalformedMessage {
        boolean fit = nonce.length <= MAX_NONCE;
        for (byte octet : nonce) {
            fit &= octet >= 0x21 && octet <= 0x7E;
        }
        if (!fit) {
            throw new MalformedMessage("invalid-encoding");
        }
    }

    /** What the client says of channel binding: n, y or p. */
    char flag() {
        return flag;
    }

    /** The channel binding's type, with p. */
    String binding() {
        return binding;
    }

    /** Whose mail is asked for, if the client says it. */
    Optional<UserName> authorization() {
        return authorization;
    }

    /** Who it says to be. */
    UserName name() {
        return name;
    }

    /** Its half of the nonce. */
    byte[] nonce() {
        return nonce;
    }

    /** The message up to and with the second comma. */
    byte[] gs2Header() {
        return gs2Header;
    }

    /** The message after that. */
    byte[] bare() {
        return bare;
    }
}
