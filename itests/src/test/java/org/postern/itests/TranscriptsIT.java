package org.postern.itests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.testkit.pop3.Pop3Transcripts;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.SocketDialogue;
import org.postern.testkit.protocol.Transcript;

/** The transcripts that the state machine is tested with, against the installed distribution. */
class TranscriptsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What the server of this test has. */
    private static final Set<String> HAS = Set.of(Pop3Transcripts.TLS, Pop3Transcripts.SASL);

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"mbox", "maildir"})
    void theServerSaysWhatTheStateMachineSays(String format) throws Exception {
        try (PosternServer server = new PosternServer(directory)) {
            Path home = server.home(StandardMaildrop.USER);
            server.userLine(
                    StandardMaildrop.USER
                            + ":{PLAIN}"
                            + StandardMaildrop.PASSWORD
                            + "::::"
                            + home
                            + "::userdb_mail="
                            + format
                            + ":~/mail");
            server.configure(
                    "org.postern.listener~test",
                    "address=127.0.0.1",
                    "port=" + server.port(),
                    "tls=starttls");
            server.start();
            SSLSocketFactory tls = TrustedTls.of(server.data().resolve("tls/self-signed.pem"));
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            for (Transcript transcript : Pop3Transcripts.all(HAS)) {
                refill(server, home.resolve("mail"), format);
                try (SocketDialogue dialogue = new SocketDialogue(address, PATIENCE, tls)) {
                    transcript.play(dialogue);
                }
                refill(server, home.resolve("mail"), format);
                try (SocketDialogue dialogue = new SocketDialogue(address, PATIENCE, tls)) {
                    transcript.playPipelined(dialogue);
                }
            }
        }
    }

    private static void refill(PosternServer server, Path mail, String format) throws IOException {
        if (format.equals("mbox")) {
            Path fresh = mail.resolveSibling("fresh");
            Files.write(fresh, StandardMaildrop.mbox());
            server.own(fresh);
            Files.move(fresh, mail, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        for (String name : List.of("new", "cur", "tmp")) {
            Path part = Files.createDirectories(mail.resolve(name));
            try (Stream<Path> files = Files.list(part)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        int number = 0;
        for (byte[] message : StandardMaildrop.stored()) {
            number++;
            Files.write(mail.resolve("new").resolve(StandardMaildrop.maildirName(number)), message);
        }
        server.own(mail);
    }
}
