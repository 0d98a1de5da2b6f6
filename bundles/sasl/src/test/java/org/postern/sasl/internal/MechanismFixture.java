package org.postern.sasl.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;
import org.postern.testkit.auth.ManualTime;
import org.postern.testkit.sasl.KnownAccount;
import org.postern.testkit.sasl.SaslClient;
import org.postern.testkit.sasl.SaslMechanismFixture;

/** A mechanism of this bundle with an account, a client and its own time. */
record MechanismFixture(
        SaslMechanism mechanism,
        SaslPeer peer,
        KnownAccount account,
        ManualTime time,
        Supplier<SaslClient> clients,
        Supplier<SaslClient> impostors)
        implements SaslMechanismFixture {
    static final KnownAccount ANNA =
            new KnownAccount(
                    "anna", "secret", Optional.of(Verifiers.of("secret", new byte[16], 4096)));

    static SaslSettings settings(ManualTime time, Path data) {
        return new SaslSettings(
                RealPosix.INSTANCE,
                new SecureRandom(),
                time,
                time::nanos,
                Map.of("saltKey", data.resolve("scram.key").toString()));
    }

    @Override
    public SaslClient client() {
        return clients.get();
    }

    @Override
    public SaslClient impostor() {
        return impostors.get();
    }

    @Override
    public void pass(Duration duration) {
        time.advance(duration);
    }

    @Override
    public void close() {}
}
