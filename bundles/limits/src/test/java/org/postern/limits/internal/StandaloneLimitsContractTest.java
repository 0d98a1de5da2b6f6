package org.postern.limits.internal;

import org.postern.api.limits.LimitsPolicy;
import org.postern.testkit.limits.LimitsPolicyContract;
import org.postern.testkit.limits.LimitsPolicyStressContract;

/** The contract, with the rate of a source unlimited and nothing kept for those who log in. */
final class StandaloneLimitsContractTest
        implements LimitsPolicyContract, LimitsPolicyStressContract {

    @Override
    public LimitsPolicy policy(int maxSessions, int maxSessionsPerSource) {
        return new LimitsFixture()
                .with("maxSessions", maxSessions)
                .with("maxSessionsPerSource", maxSessionsPerSource)
                .unadopted();
    }
}
