package org.postern.sasl.oauth.internal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who this server is to the authorization server (RFC 6749 section 2.3.1). Kept for as long as it
 * is configured, on the heap: it is needed for each request, and whoever reads this memory could
 * read the file.
 */
final class ClientCredentials {
    // As long as they are made by any server known, and a header's line can be.
    private static final int MAX_SECRET = 1024;

    private final String basic;

    private ClientCredentials(String basic) {
        this.basic = basic;
    }

    /**
     * @param file one line
     */
    static ClientCredentials of(String clientId, byte[] file) throws ContentProblemException {
        int end = file.length;
        while (end > 0 && (file[end - 1] == '\n' || file[end - 1] == '\r')) {
            end--;
        }
        boolean fit = end > 0 && end <= MAX_SECRET;
        for (int i = 0; i < end && fit; i++) {
            fit = file[i] > ' ' && file[i] < 0x7F;
        }
        if (!fit) {
            throw new ContentProblemException(
                    "wants the client's secret alone, in one line of at most "
                            + MAX_SECRET
                            + " visible characters");
        }
        String secret = new String(file, 0, end, StandardCharsets.US_ASCII);
        String pair = encoded(clientId) + ":" + encoded(secret);
        return new ClientCredentials(
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The value of the header Authorization. */
    String basic() {
        return basic;
    }

    @Override
    public String toString() {
        return "***";
    }
}
