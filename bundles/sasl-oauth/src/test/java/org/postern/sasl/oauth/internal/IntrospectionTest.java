package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.sasl.oauth.internal.OAuthFixture.NOW;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.auth.UserName;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.sasl.oauth.internal.TokenVerdict.Invalid;
import org.postern.sasl.oauth.internal.TokenVerdict.Unavailable;
import org.postern.sasl.oauth.internal.TokenVerdict.Valid;

class IntrospectionTest {
    private static final long SECOND = NOW.getEpochSecond();
    private static final Valid ANNA = new Valid(UserName.of("anna"));
    private static final String GOOD =
            "{\"active\":true,\"username\":\"anna\",\"aud\":\"pop\",\"scope\":\"mail x\"%s}";

    @TempDir static Path directory;
    private static Posix posix;

    private final FakeAuthorizationServer server;
    private Map<String, String> properties;
    private Optional<OAuthFixture> usual = Optional.empty();

    IntrospectionTest() throws Exception {
        server = new FakeAuthorizationServer();
    }

    @BeforeAll
    static void open() throws Exception {
        posix = NativePosix.open(directory.resolve("native"));
    }

    @BeforeEach
    void configure() throws Exception {
        properties =
                Map.of(
                        "introspectionUrl", server.url("/introspect"),
                        "clientId", "postern:1",
                        "clientSecretFile",
                                OAuthFixture.file(directory, "secret", "s+cret\n").toString(),
                        "audience", "pop,imap",
                        "scopes", "mail",
                        "timeoutSeconds", "10");
    }

    @AfterEach
    void close() {
        usual.ifPresent(OAuthFixture::close);
        server.close();
    }

    private OAuthFixture fixture(String... pairs) throws Exception {
        return new OAuthFixture(posix, OAuthFixture.with(properties, pairs)).whenUsable();
    }

    private TokenVerdict judged(String answer, String... pairs) throws Exception {
        server.answersWith(200, answer);
        if (pairs.length > 0) {
            try (OAuthFixture fixture = fixture(pairs)) {
                return fixture.verdict("t");
            }
        }
        if (usual.isEmpty()) {
            usual = Optional.of(fixture());
        }
        return usual.get().verdict("t");
    }

    private static String good(String more) {
        return GOOD.formatted(more);
    }

    @Test
    void theServerIsAskedAboutEachTokenEachTime() throws Exception {
        server.answersWith(200, good(""));
        try (OAuthFixture fixture = fixture()) {
            assertEquals(ANNA, fixture.verdict("a-._~+/b=="));
            server.answersWith(200, "{\"active\":false}");
            assertEquals(new Invalid(), fixture.verdict("a-._~+/b=="));
        }
        // Each part of the credentials is encoded as a form's value first: postern%3A1:s%2Bcret.
        String request =
                "POST /introspect Basic cG9zdGVybiUzQTE6cyUyQmNyZXQ="
                        + " token=a-._~%2B%2Fb%3D%3D&token_type_hint=access_token";
        assertEquals(List.of(request, request), server.requests());
    }

    @Test
    void whatIsDemandedMustBeThere() throws Exception {
        assertEquals(ANNA, judged(good("")));
        assertEquals(ANNA, judged(good("").replace("\"pop\"", "[\"x\",\"imap\"]")));
        assertEquals(ANNA, judged(good("").replace("\"mail x\"", "[\"x\",\"mail\"]")));
        for (String bad :
                List.of(
                        good("").replace("\"pop\"", "\"other\""),
                        good("").replace("\"pop\"", "[]"),
                        good("").replace("\"pop\"", "7"),
                        good("").replace("\"pop\"", "[null]"),
                        good("").replace("\"aud\"", "\"AUD\""),
                        good("").replace("mail x", "mailx x"),
                        good("").replace("mail x", ""),
                        good("").replace("\"scope\"", "\"scopes\""),
                        good("").replace("\"username\"", "\"user\""),
                        good("").replace("\"anna\"", "null"),
                        good("").replace("\"anna\"", "[\"anna\"]"),
                        good("").replace("\"anna\"", "\"\""),
                        good("").replace("\"anna\"", "\"an\\u0000na\""),
                        good("").replace("\"anna\"", "\"an\\ud800na\""),
                        good("").replace("anna", "a".repeat(256)),
                        good(",\"exp\":" + (SECOND - 30)),
                        good(",\"exp\":\"" + (SECOND + 300) + "\""),
                        good(",\"exp\":null,\"nbf\":" + (SECOND + 31)),
                        good(",\"nbf\":\"1\""),
                        good(",\"token_type\":\"DPoP\""),
                        good(",\"token_type\":7"),
                        good(",\"cnf\":{\"jkt\":\"x\"}"),
                        "{\"active\":false,\"username\":\"anna\",\"aud\":\"pop\"}")) {
            assertEquals(new Invalid(), judged(bad), bad);
        }
        for (String fine :
                List.of(
                        good(",\"exp\":" + (SECOND - 29)),
                        good(",\"exp\":" + (SECOND + 1) + ".5,\"nbf\":" + (SECOND + 30)),
                        good(",\"token_type\":\"Bearer\",\"realm_access\":{\"roles\":[\"a\"]}"))) {
            assertEquals(ANNA, judged(fine), fine);
        }
    }

    /** Whatever is made of an answer, its turn is over: the next token is looked at. */
    @Test
    void answersThatAreOddKeepNobodyWaiting() throws Exception {
        for (String odd : List.of("[null]", "[null,\"pop\"]", "[[],{}]", "null", "{}")) {
            server.answersWith(200, good("").replace("\"pop\"", odd));
            try (OAuthFixture fixture = fixture("maxRequests", "1", "timeoutSeconds", "5")) {
                TokenVerdict expected = odd.contains("pop") ? ANNA : new Invalid();
                assertEquals(expected, fixture.verdict("t"), odd);
                server.answersWith(200, good(""));
                assertEquals(ANNA, fixture.verdict("t"), odd);
            }
        }
    }

    @Test
    void theIssuerIsComparedIfItIsConfigured() throws Exception {
        assertEquals(ANNA, judged(good(",\"iss\":\"https://as\""), "issuer", "https://as"));
        assertEquals(
                new Invalid(), judged(good(",\"iss\":\"https://as/\""), "issuer", "https://as"));
        assertEquals(new Invalid(), judged(good(""), "issuer", "https://as"));
    }

    @Test
    void anAddressCountsOnlyIfItIsVerified() throws Exception {
        String mail = ",\"email\":\"anna@example.org\"";
        assertEquals(new Invalid(), judged(good(mail), "nameClaim", "email"));
        for (String unverified : List.of("false", "\"true\"", "1")) {
            assertEquals(
                    new Invalid(),
                    judged(good(mail + ",\"email_verified\":" + unverified), "nameClaim", "email"));
        }
        assertEquals(
                new Valid(UserName.of("anna@example.org")),
                judged(good(mail + ",\"email_verified\":true"), "nameClaim", "email"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "x",
                "{\"active\":\"true\"}",
                "{\"active\":1}",
                "{\"active\":null}",
                "{\"active\":true",
                "{\"active\":false,\"active\":true,\"username\":\"anna\"}",
                "{active:true}",
                "{\"active\":true}x",
                "<html></html>"
            })
    void garbageIsNoAnswer(String answer) throws Exception {
        assertInstanceOf(Unavailable.class, judged(answer));
    }

    @Test
    void nestingIsBounded() throws Exception {
        String open = "[".repeat(Json.MAX_DEPTH - 1);
        String close = "]".repeat(Json.MAX_DEPTH - 1);
        assertEquals(ANNA, judged(good(",\"x\":" + open + close)));
        assertInstanceOf(Unavailable.class, judged(good(",\"x\":[" + open + close + "]")));
        assertEquals(ANNA, judged(good(",\"x\":\"\\\"" + "[".repeat(100) + "\"")));
        assertInstanceOf(Unavailable.class, judged("{\"a\":".repeat(10_000)));
    }

    @Test
    void sizeIsBounded() throws Exception {
        String padding = " ".repeat(Introspection.MAX_ANSWER - good("").length());
        assertEquals(ANNA, judged(good("") + padding));
        assertEquals(
                new Unavailable("the authorization server gave no fit answer (IOException)"),
                judged(good("") + padding + " "));
    }

    @Test
    void noRedirectIsFollowed() throws Exception {
        server.redirectsTo("/elsewhere");
        try (OAuthFixture fixture = fixture()) {
            TokenVerdict verdict = fixture.verdict("t");
            assertTrue(verdict.toString().contains("answered 307"), verdict.toString());
        }
        assertEquals(1, server.requests().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 400, 401, 403, 404, 500, 503})
    void anyOtherStatusIsNoAnswer(int status) throws Exception {
        server.answersWith(status, status == 204 ? "" : good(""));
        try (OAuthFixture fixture = fixture()) {
            TokenVerdict verdict = fixture.verdict("t");
            assertTrue(verdict.toString().contains("answered " + status), verdict.toString());
        }
    }

    @Test
    void aServerThatIsAwayIsSaidToBe() throws Exception {
        server.close();
        try (OAuthFixture fixture = fixture()) {
            TokenVerdict verdict = fixture.verdict("t");
            assertTrue(verdict.toString().contains("cannot be reached"), verdict.toString());
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() throws Exception {
        server.waitsAndAnswersWith(good(""));
        try (OAuthFixture fixture = fixture("timeoutSeconds", "1")) {
            assertInstanceOf(Unavailable.class, fixture.verdict("t"));
        }
    }

    @Test
    void aServerThatStallsInTheMiddleIsGivenUp() throws Exception {
        server.stalls();
        try (OAuthFixture fixture = fixture("timeoutSeconds", "1", "maxRequests", "1")) {
            assertInstanceOf(Unavailable.class, fixture.verdict("t"));
            // And its place is free again.
            server.answersWith(200, good(""));
            assertEquals(ANNA, fixture.verdict("t"));
        }
    }

    @Test
    void soManyAreAskedAtOnceAndTheOthersWait() throws Exception {
        server.waitsAndAnswersWith(good(""));
        try (OAuthFixture fixture = fixture("maxRequests", "2")) {
            List<CompletableFuture<TokenVerdict>> verdicts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                verdicts.add(fixture.begin("t" + i));
            }
            server.awaitRequests(2);
            verdicts.forEach(verdict -> assertFalse(verdict.isDone()));
            server.release();
            verdicts.forEach(verdict -> assertEquals(ANNA, OAuthFixture.await(verdict)));
        }
        assertEquals(10, server.requests().size());
        assertEquals(2, server.mostAtOnce());
    }

    @Test
    void waitingIsBoundedForASource() throws Exception {
        server.waitsAndAnswersWith(good(""));
        try (OAuthFixture fixture = fixture("maxRequests", "1")) {
            List<CompletableFuture<TokenVerdict>> verdicts = new ArrayList<>();
            for (int i = 0; i <= TokenQueue.MAX_WAITING / 2; i++) {
                verdicts.add(fixture.begin("t"));
            }
            verdicts.forEach(verdict -> assertFalse(verdict.isDone()));
            assertInstanceOf(Unavailable.class, fixture.begin("t").join());
            // Others still may.
            CompletableFuture<TokenVerdict> other =
                    fixture.check()
                            .check(
                                    ByteBuffer.wrap(new byte[] {'t'}),
                                    InetAddress.getByAddress(new byte[] {127, 0, 0, 2}));
            assertFalse(other.isDone());
            verdicts.forEach(verdict -> verdict.complete(new Invalid()));
            server.release();
            assertEquals(ANNA, OAuthFixture.await(other));
        }
    }

    @Test
    void whoGivesUpFreesThePlace() throws Exception {
        server.waitsAndAnswersWith(good(""));
        try (OAuthFixture fixture = fixture("maxRequests", "1")) {
            CompletableFuture<TokenVerdict> first = fixture.begin("first");
            CompletableFuture<TokenVerdict> second = fixture.begin("second");
            CompletableFuture<TokenVerdict> third = fixture.begin("third");
            server.awaitRequests(1);
            second.complete(new Invalid());
            first.complete(new Invalid());
            server.awaitRequests(2);
            server.release();
            assertEquals(ANNA, OAuthFixture.await(third));
        }
        assertTrue(server.requests().get(1).contains("token=third&"));
    }

    @Test
    void aChangedSecretIsTakenUpAndABadFileKeepsTheLast() throws Exception {
        server.answersWith(200, good(""));
        try (OAuthFixture fixture = fixture()) {
            Path file = OAuthFixture.file(directory, "secret", "other");
            String expected = "Basic cG9zdGVybiUzQTE6b3RoZXI=";
            do {
                assertEquals(ANNA, fixture.verdict("t"));
            } while (!server.requests().get(server.requests().size() - 1).contains(expected));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            assertTrue(fixture.check().usable());
        }
    }

    @Test
    void aSecretThatOthersCanReadIsRefused() throws Exception {
        Path file = OAuthFixture.file(directory, "open", "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (OAuthFixture fixture =
                new OAuthFixture(
                        posix, OAuthFixture.with(properties, "clientSecretFile", "" + file))) {
            String said = fixture.verdict("t").toString();
            while (said.contains("has not been read yet")) {
                said = fixture.verdict("t").toString();
            }
            assertTrue(said.contains("chmod 600 " + file), said);
            assertFalse(fixture.check().usable());
        }
        assertEquals(List.of(), server.requests());
    }
}
