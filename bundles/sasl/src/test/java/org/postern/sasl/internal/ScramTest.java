package org.postern.sasl.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.ScramVerifier;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslPeer;
import org.postern.api.sasl.SaslStep;
import org.postern.api.sasl.SaslStep.Challenge;
import org.postern.api.sasl.SaslStep.Finished;
import org.postern.api.sasl.SaslStep.Malformed;
import org.postern.testkit.auth.ManualTime;
import org.postern.testkit.sasl.KnownAccount;
import org.postern.testkit.sasl.KnownAccountContext;
import org.postern.testkit.sasl.SaslClient;

class ScramTest {
    private static final KnownAccount ANNA = MechanismFixture.ANNA;
    private static final Duration DELAY = Duration.ofSeconds(1);

    @TempDir static Path data;

    private final ManualTime time = new ManualTime();
    private final SaslSettings settings = MechanismFixture.settings(time, data);
    private final ScramMechanism scram = new ScramMechanism(settings);
    private final ScramPlusMechanism plus = new ScramPlusMechanism(settings);

    private static SaslPeer tls(String... bindings) {
        return Peers.of(
                TlsLevel.ENCRYPTED, Optional.of(new FakeTls(List.of(bindings), Optional.empty())));
    }

    private static KnownAccountContext context(Mechanism... offered) {
        return new KnownAccountContext(
                tls("tls-exporter", "tls-server-end-point"), ANNA, Set.of(offered));
    }

    private static CompletableFuture<SaslStep> say(SaslExchange exchange, String text) {
        return exchange.next(Optional.of(new Secret(Clients.octets(text)))).toCompletableFuture();
    }

    private static String challenge(CompletableFuture<SaslStep> step) {
        return StandardCharsets.UTF_8
                .decode(assertInstanceOf(Challenge.class, step.join()).octets())
                .toString();
    }

    private static String malformed(CompletableFuture<SaslStep> step) {
        return assertInstanceOf(Malformed.class, step.join()).reason();
    }

    private String firstAnswer(String first) {
        return challenge(say(scram.begin(context()), first));
    }

    /** The exchange of RFC 7677 section 3. */
    @Test
    void theExampleOfTheStandard() throws MalformedMessage {
        ScramVerifier verifier =
                Verifiers.of(
                        "pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
        ClientFirst first = ClientFirst.parse(Clients.octets("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
        String server =
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        ClientFinal last =
                ClientFinal.parse(
                        Clients.octets(
                                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
        assertEquals(UserName.of("user"), first.name());
        byte[] auth =
                Clients.octets(
                        new String(first.bare(), StandardCharsets.UTF_8)
                                + ","
                                + server
                                + ","
                                + new String(last.withoutProof(), StandardCharsets.UTF_8));
        assertTrue(ScramKeys.proves(verifier, auth, last.proof()));
        assertEquals(
                "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
                Base64.getEncoder().encodeToString(ScramKeys.hmac(verifier.serverKey(), auth)));
        auth[0] ^= 1;
        assertFalse(ScramKeys.proves(verifier, auth, last.proof()));
    }

    @Test
    void escapedNamesAreRead() throws MalformedMessage {
        ClientFirst first = ClientFirst.parse(Clients.octets("n,a=b=3Dn,n=a=2Cb=3Dc,r=abc,x=y"));
        assertEquals(UserName.of("a,b=c"), first.name());
        assertEquals(Optional.of(UserName.of("b=n")), first.authorization());
        assertArrayEquals(Clients.octets("n,a=b=3Dn,"), first.gs2Header());
    }

    @Test
    void whatTheGrammarDoesNotAllowIsMalformed() {
        String longest = "r".repeat(ClientFirst.MAX_NONCE);
        for (String fine : List.of("n,,n=anna,r=" + longest, "y,,n=anna,r=x", "n,,n=ä,r=x")) {
            assertTrue(firstAnswer(fine).contains(",i=4096"), fine);
        }
        for (String wrong :
                List.of(
                        "",
                        "n",
                        "n,,",
                        "n,,n=anna",
                        "n,,n=anna,",
                        "n,,n=anna,r=",
                        "n,,r=x,n=anna",
                        "n,,n=,r=x",
                        "n,,n=an=na,r=x",
                        "n,,n=anna=2,r=x",
                        "n,,n=anna=2c,r=x",
                        "n,,n=anna,r=x,",
                        "n,,n=anna,r=x,1=y",
                        "n,,n=anna,r=x,y",
                        "n,,n=anna,r=x,m=y",
                        "n,,m=x,n=anna,r=x",
                        "n,,n=an\0na,r=x",
                        "n,,n=anna,r=x y",
                        "n,,n=anna,r=" + longest + "r",
                        "n,,n=" + "x".repeat(256) + ",r=x",
                        "n,b=x,n=anna,r=x",
                        "n,a=,n=anna,r=x",
                        "N,,n=anna,r=x",
                        "p,,n=anna,r=x",
                        " n,,n=anna,r=x",
                        "n,,n=anna,r=x,e=" + "x".repeat(ClientFirst.MAX_MESSAGE))) {
            malformed(say(scram.begin(context()), wrong));
        }
        SaslExchange exchange = scram.begin(context());
        byte[] overlong = Clients.octets("n,,n=aXX,r=x");
        overlong[6] = (byte) 0xC0;
        overlong[7] = (byte) 0xAF;
        malformed(exchange.next(Optional.of(new Secret(overlong))).toCompletableFuture());
    }

    /** Somebody took our offer away, and the client tells us (RFC 5802 section 6). */
    @Test
    void aDowngradeIsFound() {
        assertEquals(
                "server-does-support-channel-binding",
                malformed(
                        say(scram.begin(context(Mechanism.SCRAM_SHA_256_PLUS)), "y,,n=anna,r=x")));
        challenge(say(scram.begin(context(Mechanism.SCRAM_SHA_256)), "y,,n=anna,r=x"));
        challenge(say(scram.begin(context(Mechanism.SCRAM_SHA_256_PLUS)), "n,,n=anna,r=x"));
    }

    @Test
    void bindingGoesWithPlusAndWithATypeThatWeHave() {
        assertEquals(
                "channel-binding-not-supported",
                malformed(say(scram.begin(context()), "p=tls-exporter,,n=anna,r=x")));
        assertEquals("no channel binding", malformed(say(plus.begin(context()), "n,,n=anna,r=x")));
        assertEquals(
                "unsupported-channel-binding-type",
                malformed(say(plus.begin(context()), "p=tls-unique,,n=anna,r=x")));
        challenge(say(plus.begin(context()), "p=tls-server-end-point,,n=anna,r=x"));
    }

    @Test
    void plusIsUsableOnlyWhereThereIsABinding() {
        assertTrue(plus.usable(tls("tls-server-end-point")));
        assertFalse(plus.usable(tls()));
        assertFalse(plus.usable(Peers.inClear()));
        assertTrue(scram.usable(Peers.inClear()));
    }

    @Test
    void anotherConnectionsBindingDoesNotMatch() {
        KnownAccountContext elsewhere = context();
        SaslClient client = Clients.scramPlus("anna", "secret", "tls-exporter");
        SaslExchange exchange =
                plus.begin(
                        new KnownAccountContext(
                                Peers.of(TlsLevel.ENCRYPTED, Optional.of(new OtherTls())),
                                ANNA,
                                Set.of()));
        CompletableFuture<SaslStep> first =
                exchange.next(client.begins().map(Secret::new)).toCompletableFuture();
        byte[] last = client.answers(((Challenge) first.join()).octets());
        assertEquals(
                "channel-bindings-dont-match",
                malformed(exchange.next(Optional.of(new Secret(last))).toCompletableFuture()));
        assertEquals(0, elsewhere.open());
    }

    @Test
    void theSaltOfANameIsAlwaysTheSameWhetherThereIsOneOrNot() {
        String salt = salt("n,,n=nobody,r=x");
        assertEquals(salt, salt("n,,n=nobody,r=y"));
        assertNotEquals(salt, salt("n,,n=nobodx,r=x"));
        SaslSettings again = MechanismFixture.settings(time, data);
        assertEquals(
                salt,
                saltIn(
                        challenge(
                                say(
                                        new ScramMechanism(again).begin(context()),
                                        "n,,n=nobody,r=x"))));
        assertEquals(
                Decoys.SALT_LENGTH,
                Base64.getDecoder().decode(salt).length,
                "as long as doveadm's");
    }

    private String salt(String first) {
        return saltIn(firstAnswer(first));
    }

    private static String saltIn(String answer) {
        int from = answer.indexOf(",s=") + 3;
        return answer.substring(from, answer.indexOf(',', from));
    }

    @Test
    void theServersHalfOfTheNonceIsNew() {
        String first = firstAnswer("n,,n=anna,r=abc");
        assertTrue(first.startsWith("r=abc"));
        assertEquals("r=abc".length() + 32, first.indexOf(','));
        assertNotEquals(first, firstAnswer("n,,n=anna,r=abc"));
    }

    @Test
    void allFailuresAreAnsweredAtTheSameTime() {
        KnownAccount withoutVerifier = new KnownAccount("anna", "secret", Optional.empty());
        for (KnownAccount account : List.of(ANNA, withoutVerifier)) {
            for (String name : List.of("anna", "nobody")) {
                KnownAccountContext context =
                        new KnownAccountContext(Peers.inClear(), account, Set.of());
                SaslExchange exchange = scram.begin(context);
                SaslClient client = Clients.scram(name, "wrong");
                SaslStep first =
                        exchange.next(client.begins().map(Secret::new))
                                .toCompletableFuture()
                                .join();
                byte[] last = client.answers(((Challenge) first).octets());
                time.advance(Duration.ofMillis(1234));
                CompletableFuture<SaslStep> no =
                        exchange.next(Optional.of(new Secret(last))).toCompletableFuture();
                time.advance(DELAY.minusMillis(1));
                assertFalse(no.isDone());
                time.advance(Duration.ofMillis(1));
                assertEquals(new Finished(new Declined()), no.join());
                assertEquals(0, context.open());
            }
        }
    }

    @Test
    void aProofIsGoodOnceAndForItsOwnExchange() {
        SaslClient client = Clients.scram("anna", "secret");
        SaslExchange exchange = scram.begin(context());
        SaslStep first =
                exchange.next(client.begins().map(Secret::new)).toCompletableFuture().join();
        String last =
                new String(client.answers(((Challenge) first).octets()), StandardCharsets.US_ASCII);
        SaslExchange other = scram.begin(context());
        challenge(say(other, new String(client.begins().get(), StandardCharsets.US_ASCII)));
        assertTrue(malformed(say(other, last)).contains("nonce"));
        challenge(say(exchange, last));
        assertInstanceOf(Accepted.class, ((Finished) say(exchange, "").join()).outcome());
        assertTrue(((Finished) say(exchange, last).join()).outcome().toString().contains("over"));
    }

    @Test
    void anAnswerToTheServersSignatureIsMalformedAndLetsNobodyIn() {
        KnownAccountContext context = context();
        SaslClient client = Clients.scram("anna", "secret");
        SaslExchange exchange = scram.begin(context);
        SaslStep first =
                exchange.next(client.begins().map(Secret::new)).toCompletableFuture().join();
        byte[] last = client.answers(((Challenge) first).octets());
        exchange.next(Optional.of(new Secret(last)));
        assertEquals(1, context.open());
        malformed(say(exchange, "thanks"));
        assertEquals(0, context.open());
    }

    @Test
    void anotherOnesMailIsAskedForInTheHeader() {
        KnownAccountContext context = context();
        challenge(say(scram.begin(context), "n,a=ben,n=anna,r=x"));
        assertEquals(List.of(Optional.of(UserName.of("ben"))), context.authorizations());
    }
}
