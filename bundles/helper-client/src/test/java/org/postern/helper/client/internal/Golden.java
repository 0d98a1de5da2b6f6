package org.postern.helper.client.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The messages that the C tests check as well. */
final class Golden {
    static final Path DIRECTORY = Path.of("..", "..", "helper", "golden");

    private Golden() {}

    static byte[] octets(String name) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        Path file = DIRECTORY.resolve(name + ".hex");
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            int comment = line.indexOf('#');
            String digits = (comment < 0 ? line : line.substring(0, comment)).replace(" ", "");
            for (int i = 0; i < digits.length(); i += 2) {
                octets.write(Integer.parseInt(digits, i, i + 2, 16));
            }
        }
        return octets.toByteArray();
    }

    /** The same, repeated for another sequence. */
    static byte[] octets(String name, int sequence) throws IOException {
        byte[] octets = octets(name);
        ByteBuffer.wrap(octets).putInt(12, sequence);
        return octets;
    }

    static ByteBuffer direct(byte[] octets) {
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }
}
