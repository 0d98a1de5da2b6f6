package org.postern.testkit.protocol;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Octets in which some may stand for any number of others. */
final class ScriptText {
    private static final int ANY = -1;
    private static final int SHOWN = 400;

    private final String source;
    private final int[] symbols;

    private ScriptText(String source, int[] symbols) {
        this.source = source;
        this.symbols = symbols;
    }

    static ScriptText parse(String text) {
        int[] symbols = new int[text.length()];
        int count = 0;
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i++);
            if (c == '*') {
                symbols[count++] = ANY;
            } else if (c != '\\') {
                symbols[count++] = c;
            } else if (i == text.length()) {
                throw new IllegalArgumentException("a backslash at the end");
            } else {
                char escape = text.charAt(i++);
                switch (escape) {
                    case 'r' -> symbols[count++] = '\r';
                    case 'n' -> symbols[count++] = '\n';
                    case '0' -> symbols[count++] = 0;
                    case '\\', '*' -> symbols[count++] = escape;
                    case 'x' -> {
                        symbols[count++] = hex(text, i);
                        i += 2;
                    }
                    default -> throw new IllegalArgumentException("unknown escape: \\" + escape);
                }
            }
        }
        return new ScriptText(text, Arrays.copyOf(symbols, count));
    }

    private static int hex(String text, int at) {
        int high = at + 1 < text.length() ? Character.digit(text.charAt(at), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(at + 1), 16);
        if (low < 0) {
            throw new IllegalArgumentException("\\x wants two hexadecimal digits");
        }
        return high << 4 | low;
    }

    /** The same with a line end behind it. */
    ScriptText ended() {
        int[] ended = Arrays.copyOf(symbols, symbols.length + 2);
        ended[symbols.length] = '\r';
        ended[symbols.length + 1] = '\n';
        return new ScriptText(source, ended);
    }

    /** The octets; a star is one of them. */
    byte[] octets() {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int symbol : symbols) {
            octets.write(symbol == ANY ? '*' : symbol);
        }
        return octets.toByteArray();
    }

    /** Whether the octets match, a star standing for any of them. */
    boolean matches(byte[] line) {
        int symbol = 0;
        int at = 0;
        int lastStar = -1;
        int afterStar = 0;
        while (at < line.length) {
            if (symbol < symbols.length && symbols[symbol] == ANY) {
                lastStar = symbol++;
                afterStar = at;
            } else if (symbol < symbols.length && symbols[symbol] == (line[at] & 0xFF)) {
                symbol++;
                at++;
            } else if (lastStar >= 0) {
                symbol = lastStar + 1;
                at = ++afterStar;
            } else {
                return false;
            }
        }
        while (symbol < symbols.length && symbols[symbol] == ANY) {
            symbol++;
        }
        return symbol == symbols.length;
    }

    /** A line for a failure's message. */
    static String show(byte[] line) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.length && i < SHOWN; i++) {
            int octet = line[i] & 0xFF;
            if (octet >= 0x20 && octet < 0x7F && octet != '\\') {
                text.append((char) octet);
            } else {
                text.append(String.format("\\x%02x", octet));
            }
        }
        return line.length > SHOWN ? text.append("...").toString() : text.toString();
    }

    @Override
    public String toString() {
        return source;
    }
}
