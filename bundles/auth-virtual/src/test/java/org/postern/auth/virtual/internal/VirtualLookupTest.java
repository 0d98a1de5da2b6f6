package org.postern.auth.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.Account;
import org.postern.api.auth.AccountLookup;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountOutcome.Found;
import org.postern.api.auth.AccountOutcome.None;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.posix.Posix;
import org.postern.posix.NativePosix;
import org.postern.testkit.auth.AccountLookupContract;
import org.postern.testkit.auth.AccountLookupFixture;

class VirtualLookupTest implements AccountLookupContract {
    private static final String SCRAM =
            "{SCRAM-SHA-256}4096,MDEyMzQ1Njc4OWFiY2RlZg==,"
                    + "MiuIWMPE8f1wvUs8gqR/HUOBiaxP2InTIltSNS8murY=,"
                    + "UKlEJeK+9JbWnqN1OJJFASpGl2gC6h5m1W8s9eH3q3Q=";
    private static final String REST = "::::/mail/x::userdb_mail=mbox:~/inbox";

    @TempDir static Path directory;
    private static Posix posix;

    @BeforeAll
    static void open() throws IOException {
        posix = NativePosix.open(directory.resolve("native"));
    }

    private record Fixture(VirtualFixture backend, AccountLookup lookup)
            implements AccountLookupFixture {
        @Override
        public Mechanism mechanism() {
            return Mechanism.SCRAM_SHA_256;
        }

        @Override
        public UserName name() {
            return backend.name();
        }

        @Override
        public Account account() {
            return backend.account();
        }

        @Override
        public void pass(Duration time) {
            backend.pass(time);
        }

        @Override
        public void breakDown() {
            backend.breakDown();
        }

        @Override
        public void close() {
            backend.close();
        }

        AccountOutcome find(String name, String authorization) {
            var outcome =
                    lookup.find(
                                    request(
                                            UserName.of(name),
                                            Optional.of(authorization)
                                                    .filter(text -> !text.isEmpty())
                                                    .map(UserName::of),
                                            DEADLINE))
                            .toCompletableFuture();
            pass(Duration.ZERO);
            return outcome.join();
        }

        AuthenticationOutcome authenticate(String name, String authorization, String password) {
            Secret secret = new Secret(password.getBytes(StandardCharsets.UTF_8));
            AuthenticationRequest own =
                    backend.request(UserName.of(name), secret, Duration.ofSeconds(30));
            AuthenticationRequest request =
                    new AuthenticationRequest(
                            own.mechanism(),
                            own.name(),
                            Optional.of(UserName.of(authorization)),
                            secret,
                            own.source(),
                            own.local(),
                            own.tls(),
                            own.deadline());
            var outcome =
                    backend.authenticator().authenticate(request).outcome().toCompletableFuture();
            pass(Duration.ofSeconds(1));
            return outcome.join();
        }
    }

    @Override
    public Fixture fixture() throws IOException {
        VirtualFixture backend = new VirtualFixture(posix, directory, SCRAM);
        return new Fixture(backend, backend.lookup());
    }

    @Test
    void aVerifierIsFoundWhereThereIsOne() throws IOException {
        try (Fixture test = fixture()) {
            Found found = assertInstanceOf(Found.class, test.find("anna", ""));
            assertEquals(4096, found.verifier().orElseThrow().iterations());
            test.backend.write("anna:{PLAIN}x" + REST + "\n");
            Found without = assertInstanceOf(Found.class, test.find("anna", ""));
            assertTrue(without.verifier().isEmpty());
        }
    }

    /** An empty hash is an account without a password; one that is marked is disabled. */
    @Test
    void whoIsDisabledIsNobodyAndWhoHasNoPasswordIsSomebody() throws IOException {
        try (Fixture test = fixture()) {
            for (String disabled : new String[] {"*", "!", "{CRYPT}!x", "{SCRAM-SHA-256}!x"}) {
                test.backend.write("anna:" + disabled + REST + "\n");
                assertInstanceOf(None.class, test.find("anna", ""), disabled);
            }
            for (String empty : new String[] {"", "{PLAIN}", "{SCRAM-SHA-256}"}) {
                test.backend.write("anna:" + empty + REST + "\n");
                assertInstanceOf(Found.class, test.find("anna", ""), empty);
            }
        }
    }

    @Test
    void whoMayActForAnotherGetsThatOnesMail() throws IOException {
        try (Fixture test = fixture()) {
            test.backend.write(
                    "anna:{PLAIN}pw"
                            + REST
                            + " userdb_postern_act_for=ben,off,gone\nben:{PLAIN}other"
                            + REST
                            + "\noff:*"
                            + REST
                            + "\n");
            assertEquals("ben", account(test.find("anna", "ben")));
            assertEquals("anna", account(test.find("anna", "anna")));
            assertInstanceOf(None.class, test.find("anna", "off"));
            assertInstanceOf(None.class, test.find("anna", "gone"));
            assertInstanceOf(None.class, test.find("ben", "anna"));
            Accepted accepted =
                    assertInstanceOf(Accepted.class, test.authenticate("anna", "ben", "pw"));
            assertEquals(UserName.of("ben"), accepted.account().name());
            accepted.mail().close();
            for (String other : new String[] {"off", "gone", "somebody"}) {
                assertInstanceOf(Declined.class, test.authenticate("anna", other, "pw"));
            }
            assertInstanceOf(Declined.class, test.authenticate("anna", "ben", "other"));
            assertInstanceOf(Declined.class, test.authenticate("ben", "anna", "other"));
        }
    }

    private static String account(AccountOutcome outcome) {
        return assertInstanceOf(Found.class, outcome).onProof().account().name().toString();
    }
}
