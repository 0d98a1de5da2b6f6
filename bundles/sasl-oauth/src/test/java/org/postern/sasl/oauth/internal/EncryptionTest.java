package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.UserName;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.sasl.oauth.internal.TokenVerdict.Valid;

/** Who is not the authorization server is told no token. */
class EncryptionTest {
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir static Path directory;
    private static Posix posix;
    private static final AtomicInteger REQUESTS = new AtomicInteger();
    private static HttpsServer right;
    private static HttpsServer wrongName;

    @BeforeAll
    static void open() throws Exception {
        posix = NativePosix.open(directory.resolve("native"));
        right = server("right");
        wrongName = server("wrong");
    }

    @AfterAll
    static void close() {
        right.stop(0);
        wrongName.stop(0);
    }

    // By keytool, for a hundred years: a key of its own, and a certificate for 127.0.0.1 (right) or
    // as.example (wrong) that it signed itself.
    private static HttpsServer server(String name) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = EncryptionTest.class.getResourceAsStream(name + ".p12")) {
            keys.load(in, PASSWORD);
        }
        String pem =
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate(name).getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
        var unused = OAuthFixture.file(directory, name + ".pem", "Some words before.\n" + pem);
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        byte[] answer =
                "{\"active\":true,\"username\":\"anna\",\"scope\":\"mail\"}"
                        .getBytes(StandardCharsets.US_ASCII);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        REQUESTS.incrementAndGet();
                        exchange.sendResponseHeaders(200, answer.length);
                        exchange.getResponseBody().write(answer);
                    }
                });
        server.start();
        return server;
    }

    private static TokenVerdict verdict(HttpsServer server, String authorities) throws Exception {
        Map<String, String> properties =
                Map.of(
                        "introspectionUrl",
                        "https://127.0.0.1:" + server.getAddress().getPort() + "/",
                        "clientId",
                        "postern",
                        "clientSecretFile",
                        OAuthFixture.file(directory, "secret", "secret").toString(),
                        "scopes",
                        "mail",
                        "trustedAuthorities",
                        authorities.isEmpty() ? "" : directory.resolve(authorities).toString());
        try (OAuthFixture fixture = new OAuthFixture(posix, properties).whenUsable()) {
            return fixture.verdict("t");
        }
    }

    @Test
    void aServerThatIsVouchedForIsAsked() throws Exception {
        assertEquals(new Valid(UserName.of("anna")), verdict(right, "right.pem"));
    }

    @Test
    void aServerThatIsNotIsToldNothing() throws Exception {
        int before = REQUESTS.get();
        for (TokenVerdict verdict :
                new TokenVerdict[] {
                    verdict(right, ""), verdict(right, "wrong.pem"), verdict(wrongName, "wrong.pem")
                }) {
            assertTrue(verdict.toString().contains("is not trusted"), verdict.toString());
        }
        assertEquals(before, REQUESTS.get());
    }
}
