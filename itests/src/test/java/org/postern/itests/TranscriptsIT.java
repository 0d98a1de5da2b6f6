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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.testkit.pop3.Pop3Transcripts;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.SocketDialogue;
import org.postern.testkit.protocol.Transcript;

/** The transcripts that the state machine is tested with, against the installed distribution. */
class TranscriptsIT {
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
            server.start();
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            for (Transcript transcript : Pop3Transcripts.all(Set.of())) {
                refill(server, home.resolve("mail"), format);
                try (SocketDialogue dialogue =
                        new SocketDialogue(address, Duration.ofSeconds(30))) {
                    transcript.play(dialogue);
                }
                refill(server, home.resolve("mail"), format);
                try (SocketDialogue dialogue =
                        new SocketDialogue(address, Duration.ofSeconds(30))) {
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
            Files.move(fresh, mail, StandardCopyOption.REPLACE_EXISTING);
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
