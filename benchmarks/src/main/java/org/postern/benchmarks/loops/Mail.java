package org.postern.benchmarks.loops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A mebibyte of messages as they are in an mbox, in memory outside the heap. */
public final class Mail {
    /** Octets of it. */
    public static final int SIZE = 1 << 20;

    private static final int LINES = 120;
    private static final String HEAD =
            """
            From sender@example.test Tue Nov 14 22:13:20 2023
            Received: from mx.example.test (mx.example.test [192.0.2.1])
            \tby mail.bench.test (Postfix) with ESMTPS id 4F3A21; Tue, 14 Nov 2023 22:13:20 +0000
            Date: Tue, 14 Nov 2023 22:13:20 +0000
            From: Sender Name <sender@example.test>
            To: u1@bench.test
            Subject: weekly status report
            """;

    private Mail() {}

    /** With LF at the ends of lines and dots at some beginnings; position 0, limit at the end. */
    public static ByteBuffer inMbox() {
        StringBuilder text = new StringBuilder();
        for (int message = 0; text.length() < SIZE; message++) {
            text.append(HEAD).append("Message-ID: <").append(message).append("@example.test>\n\n");
            for (int line = 0; line < LINES; line++) {
                text.append(line % 40 == 0 ? "." : "")
                        .append(
                                "lines are as long as people and their programs make them  "
                                        .repeat(2),
                                0,
                                30 + line * 7 % 45)
                        .append('\n');
            }
            text.append('\n');
        }
        byte[] octets = text.substring(0, SIZE - 1).concat("\n").getBytes(ISO_8859_1);
        return ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN).put(octets).flip();
    }
}
