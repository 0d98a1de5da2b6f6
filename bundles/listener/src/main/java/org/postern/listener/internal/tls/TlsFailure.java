package org.postern.listener.internal.tls;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Why TLS failed, in words of our own: what an engine says may hold what the client has sent, and
 * is only searched for what is known.
 */
final class TlsFailure {
    private static final int MAX_CAUSES = 6;
    private static final String ALERT = "received fatal alert: ";

    private record Known(String sign, String detail) {}

    // The JDK's words and those of BoringSSL, in lower case; the first that any cause has counts.
    private static final List<Known> KNOWN =
            List.of(
                    new Known("alert_unknown_ca", "the client refuses: unknown_ca"),
                    new Known("alert_bad_certificate", "the client refuses: bad_certificate"),
                    new Known(
                            "alert_certificate_expired", "the client refuses: certificate_expired"),
                    new Known(
                            "alert_certificate_unknown", "the client refuses: certificate_unknown"),
                    new Known("_alert_", "the client refuses"),
                    new Known("client requested protocol", "no common version"),
                    new Known("supported protocol versions", "no common version"),
                    new Known("unsupported_protocol", "no common version"),
                    new Known("no_supported_versions", "no common version"),
                    new Known("cipher suites in common", "no common cipher suite"),
                    new Known("no_shared_cipher", "no common cipher suite"),
                    new Known("no available authentication scheme", "no common signature"),
                    new Known("certificate chain is empty", "no client certificate"),
                    new Known("empty client certificate", "no client certificate"),
                    new Known("empty server certificate", "no client certificate"),
                    new Known("did_not_return_a_certificate", "no client certificate"),
                    new Known("validity check failed", "an expired client certificate"),
                    new Known("path building failed", "an untrusted client certificate"),
                    new Known("path validation failed", "an untrusted client certificate"),
                    new Known("certificate_verify_failed", "an untrusted client certificate"),
                    new Known("certificate_unknown", "an untrusted client certificate"),
                    new Known("tag mismatch", "a damaged or forged record"),
                    new Known("bad_record_mac", "a damaged or forged record"),
                    new Known("bad_decrypt", "a damaged or forged record"),
                    new Known("renegotiation", "renegotiation"),
                    new Known("closed while", "closed during the handshake"));

    private TlsFailure() {}

    static String detail(Throwable failure) {
        List<String> messages =
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                        .limit(MAX_CAUSES)
                        .map(cause -> HostNames.fold(String.valueOf(cause.getMessage())))
                        .toList();
        for (String message : messages) {
            int alert = message.indexOf(ALERT);
            if (alert >= 0) {
                return "the client refuses: " + word(message.substring(alert + ALERT.length()));
            }
        }
        return KNOWN.stream()
                .filter(known -> messages.stream().anyMatch(text -> text.contains(known.sign())))
                .findFirst()
                .map(Known::detail)
                .orElse("a handshake that fails: " + failure.getClass().getSimpleName());
    }

    // The alert's name: one of the JDK's words.
    private static String word(String text) {
        int end = 0;
        while (end < text.length() && isOfWord(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }

    private static boolean isOfWord(char c) {
        return (c >= 'a' && c <= 'z') || c == '_';
    }
}
