package org.postern.itests.helper;

import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.postern.auth.pam.internal.PamAuthenticator;

/** All at once, and beside the other classes: they mostly wait. */
@Execution(ExecutionMode.CONCURRENT)
class PamOverHelper implements RealTimeAuthenticatorContract {
    @Override
    public RealTimeBackend fixture() throws Exception {
        return RealTimeBackend.ofSystem(new PamAuthenticator(Map.of()), "pam");
    }
}
