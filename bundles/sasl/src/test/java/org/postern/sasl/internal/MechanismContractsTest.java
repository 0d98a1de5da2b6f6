package org.postern.sasl.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.sasl.SaslPeer;
import org.postern.testkit.auth.ManualTime;
import org.postern.testkit.sasl.SaslMechanismContract;
import org.postern.testkit.sasl.SaslMechanismFixture;

/** The contract, mechanism by mechanism. */
class MechanismContractsTest {
    private static final String EXPORTER = "tls-exporter";

    private static final byte[] SECRET = Verifiers.salted("secret", new byte[16], 4096);
    private static final byte[] WRONG = Verifiers.salted("wrong", new byte[16], 4096);

    @TempDir static Path data;

    private static SaslPeer encrypted() {
        return Peers.of(
                TlsLevel.ENCRYPTED, Optional.of(new FakeTls(List.of(EXPORTER), Optional.empty())));
    }

    @Nested
    class Plain implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            return new MechanismFixture(
                    new PlainMechanism(),
                    Peers.inClear(),
                    MechanismFixture.ANNA,
                    new ManualTime(),
                    () -> Clients.saying("\0anna\0secret"),
                    () -> Clients.saying("\0anna\0wrong"));
        }
    }

    @Nested
    class PlainForAnother implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            return new MechanismFixture(
                    new PlainMechanism(),
                    Peers.inClear(),
                    MechanismFixture.ANNA,
                    new ManualTime(),
                    () -> Clients.saying("anna\0anna\0secret"),
                    () -> Clients.saying("ben\0anna\0secret"));
        }
    }

    @Nested
    class Login implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            return new MechanismFixture(
                    new LoginMechanism(),
                    Peers.inClear(),
                    MechanismFixture.ANNA,
                    new ManualTime(),
                    () -> Clients.answering("anna", "secret"),
                    () -> Clients.answering("anna", "wrong"));
        }
    }

    @Nested
    class LoginWithInitialResponse implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            return new MechanismFixture(
                    new LoginMechanism(),
                    Peers.inClear(),
                    MechanismFixture.ANNA,
                    new ManualTime(),
                    () -> Clients.saying("anna", "secret"),
                    () -> Clients.saying("anna", "wrong"));
        }
    }

    @Nested
    class External implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            ManualTime time = new ManualTime();
            FakeTls tls = new FakeTls(List.of(), Optional.of(UserName.of("anna")));
            return new MechanismFixture(
                    new ExternalMechanism(MechanismFixture.settings(time, data)),
                    Peers.of(TlsLevel.CLIENT_VERIFIED, Optional.of(tls)),
                    MechanismFixture.ANNA,
                    time,
                    () -> Clients.saying(""),
                    () -> Clients.saying("ben"));
        }
    }

    @Nested
    class Scram implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            ManualTime time = new ManualTime();
            return new MechanismFixture(
                    new ScramMechanism(MechanismFixture.settings(time, data)),
                    Peers.inClear(),
                    MechanismFixture.ANNA,
                    time,
                    () -> Clients.scramSalted("anna", SECRET),
                    () -> Clients.scramSalted("anna", WRONG));
        }
    }

    @Nested
    class ScramPlus implements SaslMechanismContract {
        @Override
        public SaslMechanismFixture fixture() {
            ManualTime time = new ManualTime();
            return new MechanismFixture(
                    new ScramPlusMechanism(MechanismFixture.settings(time, data)),
                    encrypted(),
                    MechanismFixture.ANNA,
                    time,
                    () -> Clients.scramPlusSalted("anna", SECRET, EXPORTER),
                    () -> Clients.scramPlusSalted("anna", WRONG, EXPORTER));
        }
    }
}
