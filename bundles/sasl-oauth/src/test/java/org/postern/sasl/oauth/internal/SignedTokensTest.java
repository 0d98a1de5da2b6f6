package org.postern.sasl.oauth.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.sasl.oauth.internal.OAuthFixture.NOW;

import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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

class SignedTokensTest {
    private static final long SECOND = NOW.getEpochSecond();
    private static final Valid ANNA = new Valid(UserName.of("anna"));
    private static final String END = ",\"exp\":" + (SECOND + 60);
    private static final String CLAIMS =
            "{\"iss\":\"https://as\",\"aud\":\"pop\",\"username\":\"anna\",\"scope\":\"mail\"";

    @TempDir static Path directory;
    private static Posix posix;
    private static TokenMaker server;
    private static TokenMaker stranger;
    private static Map<String, String> properties;
    private static OAuthFixture fixture;

    @BeforeAll
    static void open() throws Exception {
        posix = NativePosix.open(directory.resolve("native"));
        server = TokenMaker.one("-1");
        stranger = TokenMaker.two("-1");
        properties =
                Map.of(
                        "jwksFile",
                                OAuthFixture.file(directory, "keys", server.keySet()).toString(),
                        "issuer", "https://as",
                        "audience", "pop",
                        "scopes", "mail");
        fixture = new OAuthFixture(posix, properties).whenUsable();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static String claims() {
        return CLAIMS + END + "}";
    }

    private static String claims(String more) {
        return CLAIMS + END + more + "}";
    }

    private static String rs256(String header) throws Exception {
        return server.token("RS256", header, claims());
    }

    private static void assertInvalid(String token) {
        assertEquals(new Invalid(), fixture.verdict(token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "ES256", "EdDSA"})
    void aSignatureOfTheServersIsGood(String algorithm) throws Exception {
        assertEquals(ANNA, fixture.verdict(server.token(algorithm, claims())));
        assertInvalid(stranger.token(algorithm, claims()));
        // One bit of the claims, one of the signature.
        String token = server.token(algorithm, claims());
        int dot = token.lastIndexOf('.');
        String[] parts = {
            token.substring(0, dot), new Base64URL(token.substring(dot + 1)).toString()
        };
        byte[] signature = new Base64URL(parts[1]).decode();
        signature[signature.length - 1] ^= 1;
        assertInvalid(parts[0] + "." + Base64URL.encode(signature));
        assertInvalid(
                TokenMaker.part(server.header(algorithm))
                        + "."
                        + TokenMaker.part(claims().replace("anna", "bert"))
                        + "."
                        + parts[1]);
        assertInvalid(parts[0] + "." + Base64URL.encode(new byte[signature.length]));
        assertInvalid(parts[0] + "." + Base64URL.encode(new byte[] {1}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", ""})
    void noSignatureIsNone(String none) throws Exception {
        String head = TokenMaker.part("{\"alg\":\"" + none + "\",\"typ\":\"at+jwt\"}");
        String body = TokenMaker.part(claims());
        assertInvalid(head + "." + body + ".");
        assertInvalid(head + "." + body);
        assertInvalid(head + "." + body + ".AAAA");
        String signed = server.token("RS256", claims());
        assertInvalid(head + "." + body + signed.substring(signed.lastIndexOf('.')));
    }

    @Test
    void aPublicKeyIsNoSharedSecret() throws Exception {
        byte[] der = server.rsa.toRSAPublicKey().getEncoded();
        String pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END PUBLIC KEY-----\n";
        for (String algorithm : List.of("HS256", "HS384", "HS512")) {
            String header = server.header(algorithm);
            for (byte[] key :
                    List.of(
                            der,
                            pem.getBytes(StandardCharsets.US_ASCII),
                            pem.trim().getBytes(StandardCharsets.US_ASCII),
                            server.rsa.getModulus().decode(),
                            server.rsa
                                    .toPublicJWK()
                                    .toJSONString()
                                    .getBytes(StandardCharsets.UTF_8))) {
                assertInvalid(TokenMaker.confused(header, claims(), key));
            }
        }
    }

    @Test
    void aKeyServesItsOwnAlgorithmsOnly() throws Exception {
        String rsaAsEc = server.header("ES256").replace("ec-1", "rsa-1");
        assertInvalid(server.token("RS256", rsaAsEc, claims()));
        String ecAsRsa = server.header("RS256").replace("rsa-1", "ec-1");
        assertInvalid(server.token("ES256", ecAsRsa, claims()));
        assertInvalid(server.token("RS256", server.header("PS256"), claims()));
        assertInvalid(server.token("RS384", server.header("RS384"), claims()));
    }

    @Test
    void onlyConfiguredAlgorithmsCount() throws Exception {
        try (OAuthFixture picky =
                new OAuthFixture(posix, OAuthFixture.with(properties, "algorithms", "ES256"))
                        .whenUsable()) {
            assertEquals(ANNA, picky.verdict(server.token("ES256", claims())));
            assertEquals(new Invalid(), picky.verdict(server.token("RS256", claims())));
        }
    }

    @Test
    void keysInTheTokenAreNotLookedAt() throws Exception {
        String jwk = stranger.rsa.toPublicJWK().toJSONString();
        for (String kid : List.of("rsa-1", "rsa-9")) {
            for (String embedded :
                    List.of(
                            "\"jwk\":" + jwk,
                            "\"jku\":\"https://attacker.example/keys\"",
                            "\"x5u\":\"https://attacker.example/certificate\"",
                            "\"x5c\":[\"MIIB\"]",
                            "\"x5t\":\"AAAA\"")) {
                assertInvalid(
                        stranger.token(
                                "RS256",
                                "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\""
                                        + kid
                                        + "\","
                                        + embedded
                                        + "}",
                                claims()));
            }
        }
        // Not even to refuse a token that is good without them.
        assertEquals(
                ANNA,
                fixture.verdict(
                        rs256(server.header("RS256").replace("}", ",\"jwk\":" + jwk + "}"))));
    }

    @Test
    void aKeysNameMustBeKnown() throws Exception {
        assertInvalid(rs256("{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"other\"}"));
        assertInvalid(rs256("{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"../../dev/null\"}"));
        assertInvalid(rs256("{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":7}"));
        // None is needed where there is one key of the kind alone.
        assertEquals(ANNA, fixture.verdict(rs256("{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}")));
    }

    @Test
    void whatMustBeUnderstoodIsNot() throws Exception {
        for (String more :
                List.of(
                        "\"crit\":[\"exp\"],\"exp\":1",
                        "\"crit\":[\"b64\"],\"b64\":true",
                        "\"crit\":[\"b64\"],\"b64\":false",
                        "\"crit\":[]",
                        "\"b64\":false")) {
            assertInvalid(rs256(server.header("RS256").replace("}", "," + more + "}")));
        }
    }

    @Test
    void theTypeIsDemandedUnlessConfiguredOtherwise() throws Exception {
        String untyped = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}";
        String jwt = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":\"JWT\"}";
        String identity = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":\"logout+jwt\"}";
        String whole = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":\"application/at+jwt\"}";
        assertInvalid(rs256(untyped));
        assertInvalid(rs256(jwt));
        assertInvalid(rs256(identity));
        assertEquals(ANNA, fixture.verdict(rs256(whole)));
        try (OAuthFixture lenient =
                new OAuthFixture(
                                posix, OAuthFixture.with(properties, "accessTokenType", "optional"))
                        .whenUsable()) {
            assertEquals(ANNA, lenient.verdict(rs256(untyped)));
            assertEquals(ANNA, lenient.verdict(rs256(jwt)));
            assertEquals(ANNA, lenient.verdict(server.token("RS256", claims())));
            assertEquals(new Invalid(), lenient.verdict(rs256(identity)));
        }
    }

    @Test
    void claimsMustBeThereAndRight() throws Exception {
        assertEquals(ANNA, fixture.verdict(server.token("RS256", claims(",\"x\":{\"y\":[1]}"))));
        for (String bad :
                List.of(
                        CLAIMS + "}",
                        CLAIMS + ",\"exp\":" + (SECOND - 30) + "}",
                        CLAIMS + ",\"exp\":\"9999999999\"}",
                        CLAIMS + ",\"exp\":true}",
                        claims(",\"nbf\":" + (SECOND + 31)),
                        claims(",\"cnf\":{\"jkt\":\"x\"}"),
                        claims().replace("https://as", "https://as.example"),
                        claims().replace("\"iss\"", "\"issuer\""),
                        claims().replace("\"pop\"", "\"imap\""),
                        claims().replace("\"pop\"", "\"POP\""),
                        claims().replace("\"aud\"", "\"audience\""),
                        claims().replace("\"mail\"", "\"mailbox\""),
                        claims().replace("\"username\"", "\"sub\""),
                        claims().replace("\"anna\"", "{\"anna\":1}"),
                        "[]",
                        "x",
                        "{}",
                        claims() + "x")) {
            assertInvalid(server.token("RS256", bad));
        }
    }

    @Test
    void nothingIsThereTwice() throws Exception {
        assertInvalid(server.token("RS256", claims(",\"username\":\"bert\"")));
        assertInvalid(server.token("RS256", claims(",\"user\\u006eame\":\"bert\"")));
        assertInvalid(server.token("RS256", claims(",\"aud\":\"pop\"")));
        assertInvalid(rs256(server.header("RS256").replace("}", ",\"kid\":\"rsa-1\"}")));
        assertInvalid(
                server.token(
                        "RS256",
                        "{\"alg\":\"none\"," + server.header("RS256").substring(1),
                        claims()));
    }

    @Test
    void nestingIsBounded() throws Exception {
        String deep = "[".repeat(Json.MAX_DEPTH - 1) + "]".repeat(Json.MAX_DEPTH - 1);
        assertEquals(ANNA, fixture.verdict(server.token("RS256", claims(",\"x\":" + deep))));
        assertInvalid(server.token("RS256", claims(",\"x\":[" + deep + "]")));
        assertInvalid(server.token("RS256", "{\"a\":".repeat(50_000)));
        assertInvalid(
                rs256(
                        server.header("RS256")
                                .replace(
                                        "}",
                                        ",\"x\":" + "[".repeat(2000) + "]".repeat(2000) + "}")));
        // Unsigned, so that a stranger can say it.
        assertInvalid(TokenMaker.part("[".repeat(4000)) + ".e30.AAAA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "...",
                "a",
                "a.b",
                "a.b.c",
                "a..c",
                ".b.c",
                "a.b.",
                "a.b.c.d",
                "a.b.c.d.e",
                "e30.e30.e30",
                "e30=.e30.e30",
                "bnVsbA.e30.AAAA"
            })
    void whatIsNoneIsInvalid(String text) {
        assertInvalid(text);
    }

    @Test
    void namesThatWouldBecomeOneAreNone() throws Exception {
        assertInvalid(server.token("RS256", claims().replace("anna", "an\\ud800na")));
        String token = server.token("RS256", claims().replace("anna", "ann?"));
        assertEquals(new Valid(UserName.of("ann?")), fixture.verdict(token));
        assertEquals(
                new Valid(UserName.of("\u00e4nne")),
                fixture.verdict(server.token("RS256", claims().replace("anna", "\u00e4nne"))));
    }

    @Test
    void withoutAKeySetNobodyCanSay() throws Exception {
        Path file = OAuthFixture.file(directory, "private", server.rsa.toJSONString());
        for (String content :
                List.of(
                        "{\"keys\":[" + server.rsa.toJSONString() + "]}",
                        "{\"keys\":[]}",
                        "{\"keys\":7}",
                        "[]",
                        "x",
                        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}")) {
            OAuthFixture.file(directory, file.getFileName().toString(), content);
            try (OAuthFixture without =
                    new OAuthFixture(posix, OAuthFixture.with(properties, "jwksFile", "" + file))) {
                assertInstanceOf(
                        Unavailable.class, without.verdict(server.token("RS256", claims())));
                assertFalse(without.check().usable());
            }
        }
    }

    @Test
    void keysAreTakenAsFarAsTheyAreFit() throws Exception {
        String keys =
                "{\"keys\":["
                        + "{\"kty\":\"XYZ\",\"kid\":\"new\"},"
                        + "{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"rsa-1\"},"
                        + stranger.rsa
                                .toPublicJWK()
                                .toJSONString()
                                .replace("{", "{\"use\":\"enc\",")
                        + ","
                        + server.keySet().substring("{\"keys\":[".length());
        KeySet set =
                KeySet.parse(
                        keys.getBytes(StandardCharsets.UTF_8),
                        EnumSet.allOf(SignatureAlgorithm.class));
        assertEquals(1, set.candidates(SignatureAlgorithm.RS256, Optional.of("rsa-1")).size());
        assertEquals(0, set.candidates(SignatureAlgorithm.RS256, Optional.of("new")).size());
    }

    @Test
    void theKeysTriedAreBounded() throws Exception {
        String key = server.rsa.toPublicJWK().toJSONString();
        assertEquals(KeySet.MAX_CANDIDATES, candidates(key, KeySet.MAX_KEYS));
        String tooMany = keys(key, KeySet.MAX_KEYS + 1);
        assertThrows(
                ContentProblemException.class,
                () ->
                        KeySet.parse(
                                tooMany.getBytes(StandardCharsets.UTF_8),
                                EnumSet.allOf(SignatureAlgorithm.class)));
    }

    private static int candidates(String key, int times) throws Exception {
        return KeySet.parse(
                        keys(key, times).getBytes(StandardCharsets.UTF_8),
                        EnumSet.allOf(SignatureAlgorithm.class))
                .candidates(SignatureAlgorithm.RS256, Optional.of("rsa-1"))
                .size();
    }

    private static String keys(String key, int times) {
        String[] all = new String[times];
        Arrays.fill(all, key);
        return "{\"keys\":[" + String.join(",", all) + "]}";
    }

    @Test
    void keysComeOverTheNetwork() throws Exception {
        try (FakeAuthorizationServer network = new FakeAuthorizationServer()) {
            network.waitsAndAnswersWith(server.keySet());
            Map<String, String> remote =
                    OAuthFixture.with(properties, "jwksFile", "", "jwksUrl", network.url("/keys"));
            try (OAuthFixture fromNetwork = new OAuthFixture(posix, remote)) {
                assertTrue(fromNetwork.check().usable());
                // Who comes before the keys are there waits for them.
                CompletableFuture<TokenVerdict> early =
                        fromNetwork.begin(server.token("RS256", claims()));
                network.awaitRequests(1);
                network.release();
                assertEquals(ANNA, OAuthFixture.await(early));
                String unknown = rs256("{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"x\"}");
                for (int i = 0; i < 100; i++) {
                    assertEquals(new Invalid(), fromNetwork.verdict(unknown));
                }
            }
            assertEquals(List.of("GET /keys null "), network.requests());
        }
    }

    @Test
    void aKeySetsSizeIsBounded() throws Exception {
        try (FakeAuthorizationServer network = new FakeAuthorizationServer()) {
            network.answersWith(200, server.keySet() + " ".repeat(TokenChecks.MAX_KEY_SET));
            Map<String, String> remote =
                    OAuthFixture.with(properties, "jwksFile", "", "jwksUrl", network.url("/keys"));
            try (OAuthFixture fromNetwork = new OAuthFixture(posix, remote)) {
                assertEquals(
                        new Unavailable(
                                "the key set: the authorization server gave no fit answer"
                                        + " (IOException)"),
                        fromNetwork.verdict(server.token("RS256", claims())));
            }
        }
    }
}
