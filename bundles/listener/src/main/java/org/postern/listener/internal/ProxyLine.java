package org.postern.listener.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of a PROXY line of version 1 (proxy-protocol.txt section 2.1): exactly the fields, the
 * single spaces and the decimal numbers of that text, for whatever else is there was not written by
 * a proxy.
 */
final class ProxyLine {
    private static final String UNKNOWN = "UNKNOWN";
    private static final int FIELDS = 5;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DIGITS = 5;

    private ProxyLine() {}

    /**
     * @param text what is between "PROXY " and CRLF
     */
    static ProxyHeader parse(String text) {
        // Whatever follows is to be ignored, so that health checks of any make get in.
        if (text.equals(UNKNOWN) || text.startsWith(UNKNOWN + " ")) {
            return new ProxyHeader.Unnamed();
        }
        try {
            List<String> fields = split(text, ' ');
            if (fields.size() != FIELDS) {
                throw new IllegalArgumentException("fields");
            }
            return client(fields);
        } catch (IllegalArgumentException bad) {
            return new ProxyHeader.Invalid("a PROXY line that is malformed");
        }
    }

    private static ProxyHeader client(List<String> fields) {
        boolean ipv6 =
                switch (fields.get(0)) {
                    case "TCP4" -> false;
                    case "TCP6" -> true;
                    default -> throw new IllegalArgumentException("protocol");
                };
        return new ProxyHeader.Client(
                endpoint(ipv6, fields.get(1), fields.get(3)),
                endpoint(ipv6, fields.get(2), fields.get(4)));
    }

    private static InetSocketAddress endpoint(boolean ipv6, String address, String port) {
        return new InetSocketAddress(ipv6 ? ipv6(address) : ipv4(address), decimal(port, MAX_PORT));
    }

    private static InetAddress ipv4(String text) {
        List<String> parts = split(text, '.');
        byte[] octets = new byte[4];
        if (parts.size() != octets.length) {
            throw new IllegalArgumentException("octets");
        }
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) decimal(parts.get(i), 255);
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static InetAddress ipv6(String text) {
        boolean plausible =
                text.chars()
                        .allMatch(
                                c ->
                                        (c >= '0' && c <= '9')
                                                || (c >= 'a' && c <= 'f')
                                                || (c >= 'A' && c <= 'F')
                                                || c == ':'
                                                || c == '.');
        if (!plausible) {
            throw new IllegalArgumentException("characters");
        }
        try {
            // In brackets it is a literal or an error: nothing is ever asked of a name server.
            return InetAddress.getByName("[" + text + "]");
        } catch (UnknownHostException bad) {
            throw new IllegalArgumentException(bad);
        }
    }

    // "Heading zeroes are not permitted": some would read the rest as octal.
    private static int decimal(String text, int most) {
        boolean digits =
                !text.isEmpty()
                        && text.length() <= MAX_DIGITS
                        && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || (text.length() > 1 && text.charAt(0) == '0')) {
            throw new IllegalArgumentException("number");
        }
        int number = Integer.parseInt(text);
        if (number > most) {
            throw new IllegalArgumentException("number");
        }
        return number;
    }

    private static List<String> split(String text, char divider) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int to = text.indexOf(divider); to >= 0; to = text.indexOf(divider, from)) {
            parts.add(text.substring(from, to));
            from = to + 1;
        }
        parts.add(text.substring(from));
        return parts;
    }
}
