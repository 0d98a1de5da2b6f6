package org.postern.sasl.oauth.internal;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postern.api.sasl.SaslContext;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;

/** One of the two mechanisms: usable while an authorization server is configured. */
final class OAuthMechanism implements SaslMechanism {
    private final ResponseForm form;
    private final Supplier<Optional<Verification>> verification;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanoClock;
    private final Set<OAuthExchange> underWay;

    OAuthMechanism(
            ResponseForm form,
            Supplier<Optional<Verification>> verification,
            ScheduledExecutorService timer,
            LongSupplier nanoClock,
            Set<OAuthExchange> underWay) {
        this.form = form;
        this.verification = verification;
        this.timer = timer;
        this.nanoClock = nanoClock;
        this.underWay = underWay;
    }

    @Override
    public boolean usable(SaslPeer peer) {
        return verification.get().map(it -> it.check().usable()).orElse(false);
    }

    @Override
    public SaslExchange begin(SaslContext context) {
        return new OAuthExchange(
                form,
                // It was configured when this was offered, and may not be any more.
                verification.get().orElseGet(Unconfigured::verification),
                context,
                timer,
                nanoClock,
                underWay);
    }
}
