package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.stream.Stream;

/** What files of a Maildir may hold beside proper messages. */
final class OddMessages {
    private OddMessages() {}

    static List<byte[]> all() {
        return Stream.of(
                        "Subject: network line ends\r\n\r\n.\r\nbody\r\n",
                        "Subject: mixed line ends\r\n\n.\r\n\r\r\nbody\n",
                        "Subject: no final line end\n\nend",
                        "Subject: a dot at the end\n\n.",
                        "Subject: a CR at the end\n\nend\r",
                        "Subject: CRs at the end\n\nend\r\r",
                        "",
                        "\n",
                        "\r",
                        "no header, no line end")
                .map(text -> text.getBytes(ISO_8859_1))
                .toList();
    }
}
