package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The feature postern-sasl-oauth, installed into the running distribution without a network, with
 * an authorization server on loopback that knows two tokens.
 */
class OAuthIT {
    private static final String ANNAS = "annas-token.-_~+/==";
    private static final String STRANGERS = "token-of-nobody-here";

    @TempDir static Path directory;

    private static PosternServer server;
    private static HttpServer authorization;

    @BeforeAll
    static void start() throws Exception {
        authorization = authorizationServer();
        server = new PosternServer(directory);
        server.user("anna", "mbox:~/inbox");
        server.user("bert", "mbox:~/inbox");
        Files.writeString(server.home("anna").resolve("inbox"), "From a\nSubject: hers\n\nx\n");
        Path secret =
                Files.createFile(
                        directory.resolve("secret"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, "client-secret\n");
        server.configure(
                "org.postern.sasl.oauth",
                "introspectionUrl=http://127.0.0.1:"
                        + authorization.getAddress().getPort()
                        + "/introspect",
                "clientId=postern",
                "clientSecretFile=" + secret,
                "audience=postern",
                "scopes=mail",
                "failureDelay=50");
        server.start();
        assertFalse(announced().contains("OAUTHBEARER"));
        String console = server.console("feature:install postern-sasl-oauth");
        assertFalse(console.contains("Error"), console);
        server.await("OAUTHBEARER", Duration.ofSeconds(30), OAuthIT::isAnnounced);
    }

    @AfterAll
    static void stop() {
        server.close();
        authorization.stop(0);
    }

    private static HttpServer authorizationServer() throws IOException {
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext(
                "/introspect",
                exchange -> {
                    try (exchange) {
                        String body =
                                new String(exchange.getRequestBody().readAllBytes(), US_ASCII);
                        // curl's tokens come as they are, encoded for a form.
                        String name =
                                body.startsWith("token=annas-token.-_~%2B%2F%3D%3D&")
                                        ? "anna"
                                        : body.startsWith("token=" + STRANGERS + "&") ? "eve" : "";
                        String answer =
                                name.isEmpty()
                                        ? "{\"active\":false}"
                                        : "{\"active\":true,\"aud\":\"postern\",\"scope\":\"mail\","
                                                + "\"username\":\""
                                                + name
                                                + "\"}";
                        exchange.sendResponseHeaders(200, answer.length());
                        exchange.getResponseBody().write(answer.getBytes(US_ASCII));
                    }
                });
        http.start();
        return http;
    }

    private static PopClient connect() throws IOException {
        PopClient client = new PopClient(server.port());
        assertTrue(client.line().startsWith("+OK"));
        return client;
    }

    private static String announced() throws IOException {
        try (PopClient client = connect()) {
            return String.join("\n", client.lines("CAPA"));
        }
    }

    private static boolean isAnnounced() {
        try {
            return announced().contains("OAUTHBEARER");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.replace('|', '\u0001').getBytes(ISO_8859_1));
    }

    private static String curl(String user, String token, int exit) throws Exception {
        Process child =
                new ProcessBuilder(
                                "curl",
                                "-sS",
                                "--max-time",
                                "30",
                                "--user",
                                user + ":",
                                "--oauth2-bearer",
                                token,
                                "pop3://127.0.0.1:" + server.port() + "/1")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(child.getInputStream().readAllBytes(), ISO_8859_1);
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        assertEquals(exit, child.exitValue(), output);
        return output;
    }

    @Test
    void curlReadsMailWithAToken() throws Exception {
        assertTrue(curl("anna", ANNAS, 0).startsWith("Subject: hers"));
    }

    @Test
    void curlIsRefusedWithAnothersNameOrToken() throws Exception {
        // 67: CURLE_LOGIN_DENIED.
        for (String[] each :
                List.of(
                        new String[] {"bert", ANNAS},
                        new String[] {"eve", STRANGERS},
                        new String[] {"anna", "made-up"})) {
            curl(each[0], each[1], 67);
        }
    }

    @Test
    void xoauth2ReadsMailToo() throws Exception {
        try (PopClient client = connect()) {
            client.ok("AUTH XOAUTH2 " + base64("user=anna|auth=Bearer " + ANNAS + "||"));
            assertTrue(client.ok("STAT").startsWith("+OK 1 "));
            client.quit();
        }
    }

    @Test
    void aRefusalCountsHoweverTheClientLeaves() throws Exception {
        int tokens = 0;
        for (String answer : List.of("AQ==", "*", "")) {
            String made = base64("n,,|auth=Bearer made-up-" + ++tokens + "||");
            try (PopClient client = PopClient.from("127.0.0.9", server.port())) {
                client.expectOk(client.line());
                assertTrue(client.command("AUTH OAUTHBEARER " + made).startsWith("+ "));
                if (!answer.isEmpty()) {
                    assertTrue(client.command(answer).startsWith("-ERR [AUTH]"), answer);
                }
            }
        }
        String sources = server.console("mail:limit-list --no-format");
        // Of half a minute ago, and three of them.
        assertTrue(sources.matches("(?s).*127\\.0\\.0\\.9\\S*\t(3\\.0|2\\.[89])\t.*"), sources);
    }

    @Test
    void allRefusalsReadAlike() throws Exception {
        String challenge = "+ " + base64("{\"status\":\"invalid_token\",\"scope\":\"mail\"}");
        for (String response :
                List.of(
                        "n,a=bert,|auth=Bearer " + ANNAS + "||",
                        "n,,|auth=Bearer " + STRANGERS + "||",
                        "n,,|auth=Bearer made-up||",
                        "n,,|auth=||")) {
            try (PopClient client = connect()) {
                assertEquals(challenge, client.command("AUTH OAUTHBEARER " + base64(response)));
                assertTrue(client.command("AQ==").startsWith("-ERR [AUTH]"));
            }
        }
        assertFalse(server.log().contains(ANNAS));
        assertFalse(server.log().contains("made-up"));
        assertFalse(server.log().contains("eve "));
    }
}
