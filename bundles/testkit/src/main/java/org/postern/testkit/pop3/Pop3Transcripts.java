package org.postern.testkit.pop3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
                    "auth-cancel",
                    "auth-list",
                    "auth-login",
                    "auth-malformed",
                    "auth-plain",
                    "auth-user",
                    "auth-wrong-password",
                    "capa",
                    "dele-quit",
                    "dele-rset",
                    "lang",
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
                    "stls",
                    "top",
                    "uidl",
                    "unknown-user",
                    "user",
                    "utf8",
                    "wrong-password");

    /** What some {@link Transcript#needs need}: that the connection can be encrypted by STLS. */
    public static final String TLS = "tls";

    /** What some need: that PLAIN and LOGIN are offered. */
    public static final String SASL = "sasl";

    private Pop3Transcripts() {}

    /**
     * All of them that a server can be played, read anew.
     *
     * @param has what it has of that which transcripts need
     */
    public static List<Transcript> all(Set<String> has) throws IOException {
        List<Transcript> all = new ArrayList<>();
        for (String name : NAMES) {
            Transcript transcript = load(name);
            if (has.containsAll(transcript.needs())) {
                all.add(transcript);
            }
        }
        return List.copyOf(all);
    }

    /** One of {@link #NAMES}. */
    public static Transcript load(String name) throws IOException {
        return Transcript.load(Pop3Transcripts.class, name + ".txt");
    }
}
