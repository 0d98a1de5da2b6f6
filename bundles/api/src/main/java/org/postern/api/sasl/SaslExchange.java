package org.postern.api.sasl;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;
import org.postern.api.auth.Secret;

/**
 * One exchange of a mechanism. Its calls come one after the other, each after the stage of the one
 * before has completed, but for {@link #cancel}.
 */
@ConsumerType
public interface SaslExchange {

    /**
     * What the client says. Returns at once; the stage completes once, never exceptionally.
     *
     * @param response its octets, decoded, at most {@link SaslLogin#MAX_RESPONSE}; wiped by who
     *     asked when the stage has completed. Empty, at the first call alone, if the client sent no
     *     initial response: a mechanism in which the client begins answers with an empty challenge.
     */
    CompletionStage<SaslStep> next(Optional<Secret> response);

    /**
     * The exchange is over before its end: the client gave up, or the connection ended. Everything
     * held is released. A stage that is under way still completes. More calls, also after the end,
     * do nothing.
     */
    void cancel();
}
