package org.postern.itests.helper;

import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.postern.auth.shadow.internal.ShadowAuthenticator;

/** All at once, and beside the other classes: they mostly wait. */
@Execution(ExecutionMode.CONCURRENT)
class ShadowOverHelper implements RealTimeAuthenticatorContract {
    @Override
    public RealTimeBackend fixture() throws Exception {
        return RealTimeBackend.ofSystem(new ShadowAuthenticator(Map.of()), "shadow");
    }
}
