package org.postern.sasl.oauth.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * How tokens are checked under the configuration in force.
 *
 * @param failureDelay failures are told at multiples of this after the response
 * @param scopes what a token must have, as clients are told
 * @param openidConfiguration where clients learn about the authorization server, or empty
 */
record Verification(
        TokenCheck check, Duration failureDelay, List<String> scopes, String openidConfiguration) {
    Verification {
        scopes = List.copyOf(scopes);
    }

    ByteBuffer failure(ResponseForm form) {
        return form.failure(scopes, openidConfiguration);
    }
}
