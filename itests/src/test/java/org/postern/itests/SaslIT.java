package org.postern.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.scram.client.ScramClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins by SASL at the installed distribution; SCRAM's by somebody else's client. */
class SaslIT {
    private static final String SECRET = "s3cret";
    // Of SECRET, as doveadm pw makes it.
    private static final String HASH =
            "{SCRAM-SHA-256}4096,MDEyMzQ1Njc4OWFiY2RlZg==,"
                    + "MiuIWMPE8f1wvUs8gqR/HUOBiaxP2InTIltSNS8murY=,"
                    + "UKlEJeK+9JbWnqN1OJJFASpGl2gC6h5m1W8s9eH3q3Q=";

    @TempDir static Path directory;

    private static PosternServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new PosternServer(directory);
        server.userLine(
                "anna:"
                        + HASH
                        + "::::"
                        + server.home("anna")
                        + "::userdb_mail=mbox:~/inbox userdb_postern_act_for=ben");
        server.user("ben", "mbox:~/inbox");
        server.userLine(
                "off:!" + HASH + "::::" + server.home("off") + "::userdb_mail=mbox:~/inbox");
        Files.writeString(server.home("ben").resolve("inbox"), "From a\nSubject: ben's\n\nx\n");
        server.configure(
                "org.postern.listener~test",
                "address=127.0.0.1",
                "port=" + server.port(),
                "mechanisms=SCRAM-SHA-256, X-NOT-INSTALLED, LOGIN, PLAIN");
        server.configure(
                "org.postern.sasl",
                "failureDelay=100",
                "saltKey=" + server.data().resolve("scram.key"));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String challenge(String line) {
        assertTrue(line.startsWith("+ "), line);
        return new String(Base64.getDecoder().decode(line.substring(2)), UTF_8);
    }

    private static String scram(PopClient client, String name, String password) throws Exception {
        ScramClient scram =
                ScramClient.builder()
                        .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                        .username(name)
                        .password(password.toCharArray())
                        .build();
        String first = scram.clientFirstMessage().toString();
        scram.serverFirstMessage(challenge(client.command("AUTH SCRAM-SHA-256 " + base64(first))));
        String answer = client.command(base64(scram.clientFinalMessage().toString()));
        if (answer.startsWith("-ERR")) {
            return answer;
        }
        // The server proves itself too, or this throws.
        scram.serverFinalMessage(challenge(answer));
        return client.command("");
    }

    @Test
    void offersWhatIsListedAndInstalledAndSaysWhatIsNot() throws Exception {
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            assertTrue(client.lines("CAPA").contains("SASL SCRAM-SHA-256 LOGIN PLAIN"));
        }
        server.awaitLog("org.postern.listener~test.cfg lists X-NOT-INSTALLED, which no started");
    }

    @Test
    void scramLetsInWhoKnowsThePasswordAndSoDoesPass() throws Exception {
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            client.expectOk(scram(client, "anna", SECRET));
            client.quit();
        }
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            client.ok("USER anna");
            client.ok("PASS " + SECRET);
            client.quit();
        }
    }

    /** Wrong, unknown, without a verifier, disabled: the same words. */
    @Test
    void scramSaysTheSameToEverybodyElse() throws Exception {
        String wrong = refused("anna", "wrong");
        assertTrue(wrong.startsWith("-ERR [AUTH]"), wrong);
        assertEquals(wrong, refused("nobody", SECRET));
        assertEquals(wrong, refused("ben", PosternServer.PASSWORD));
        assertEquals(wrong, refused("off", SECRET));
    }

    private static String refused(String name, String password) throws Exception {
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            return scram(client, name, password);
        }
    }

    @Test
    void whoMayActForAnotherReadsThatOnesMail() throws Exception {
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            client.ok("AUTH PLAIN " + base64("ben\0anna\0" + SECRET));
            assertEquals("+OK 1", client.ok("STAT").substring(0, 5));
            client.quit();
        }
        server.awaitLog("anna acts for ben");
        try (PopClient client = new PopClient(server.port())) {
            client.expectOk(client.line());
            String answer =
                    client.command("AUTH PLAIN " + base64("anna\0ben\0" + PosternServer.PASSWORD));
            assertTrue(answer.startsWith("-ERR [AUTH]"), answer);
        }
    }

    @Test
    void theSaltsKeyIsMadeForTheServerAlone() throws IOException {
        Path key = server.data().resolve("scram.key");
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    }
}
