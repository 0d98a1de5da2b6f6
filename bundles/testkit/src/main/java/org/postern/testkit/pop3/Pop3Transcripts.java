package org.postern.testkit.pop3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.postern.testkit.protocol.Transcript;

/**
 * Conversations that every POP3 server of ours must have, word for word, with {@link
 * StandardMaildrop} as its mailbox at the start of each, in a configuration of defaults on a
 * connection that allows passwords. Each has fewer than ten bad commands and at most one failed
 * login.
 */
public final class Pop3Transcripts {
    /** The files beside this class, without their {@code .txt}. */
    public static final List<String> NAMES =
            List.of(
                    "arguments",
                    "auth",
                    "capa",
                    "dele-quit",
                    "dele-rset",
                    "last",
                    "lines",
                    "list",
                    "login",
                    "numbers",
                    "password",
                    "quit",
                    "retr",
                    "state-authorization",
                    "state-transaction",
                    "top",
                    "uidl",
                    "unknown-user",
                    "user",
                    "wrong-password");

    private Pop3Transcripts() {}

    /** All of them, read anew. */
    public static List<Transcript> all() throws IOException {
        List<Transcript> all = new ArrayList<>();
        for (String name : NAMES) {
            all.add(load(name));
        }
        return List.copyOf(all);
    }

    /** One of {@link #NAMES}. */
    public static Transcript load(String name) throws IOException {
        return Transcript.load(Pop3Transcripts.class, name + ".txt");
    }
}
