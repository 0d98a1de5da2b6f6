package org.postern.sasl.oauth.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The two mechanisms, by their registered names: they differ in how a response is written, and how
 * a failure is told.
 */
enum ResponseForm {
    /** RFC 7628. */
    OAUTHBEARER {
        @Override
        ClientResponse parse(ByteBuffer octets) throws MalformedResponseException {
            return ClientResponseParser.oauthBearer(octets);
        }

        @Override
        ByteBuffer failure(List<String> scopes, String openidConfiguration) {
            String more =
                    openidConfiguration.isEmpty()
                            ? ""
                            : ",\"openid-configuration\":\"" + openidConfiguration + "\"";
            return json("\"status\":\"invalid_token\"" + scope(scopes) + more);
        }
    },
    /** Google's and Microsoft's. */
    XOAUTH2 {
        @Override
        ClientResponse parse(ByteBuffer octets) throws MalformedResponseException {
            return ClientResponseParser.xoauth2(octets);
        }

        @Override
        ByteBuffer failure(List<String> scopes, String openidConfiguration) {
            return json("\"status\":\"401\",\"schemes\":\"bearer\"" + scope(scopes));
        }
    };

    /**
     * @param octets a client's response; views of it are in what is returned
     */
    abstract ClientResponse parse(ByteBuffer octets) throws MalformedResponseException;

    /**
     * RFC 7628 section 3.2.2. The same for every failure: whether it was the token, the name or the
     * account is not the client's to know. The values come from the configuration, which lets in
     * only what needs no escape in JSON.
     */
    abstract ByteBuffer failure(List<String> scopes, String openidConfiguration);

    private static String scope(List<String> scopes) {
        return scopes.isEmpty() ? "" : ",\"scope\":\"" + String.join(" ", scopes) + "\"";
    }

    private static ByteBuffer json(String members) {
        return ByteBuffer.wrap(("{" + members + "}").getBytes(StandardCharsets.US_ASCII));
    }
}
