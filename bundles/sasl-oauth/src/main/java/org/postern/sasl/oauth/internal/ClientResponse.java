package org.postern.sasl.oauth.internal;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.postern.api.auth.UserName;

/**
 * What a client says, taken apart.
 *
 * @param user whose mail it says it wants: a claim, which decides nothing alone
 * @param token a view of the token's octets, as long as the response is not wiped: RFC 6750's
 *     b64token and nothing else; empty if it has none of the kind {@code Bearer} (RFC 7628 section
 *     4.3: to be told where tokens are to be had)
 */
record ClientResponse(Optional<UserName> user, Optional<ByteBuffer> token) {

    /** Not the record's own: a buffer's is fit for a log, but this is nobody's to log. */
    @Override
    public String toString() {
        return "***";
    }
}
