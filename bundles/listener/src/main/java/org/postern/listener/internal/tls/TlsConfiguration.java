package org.postern.listener.internal.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.api.config.Settings;

/**
 * {@code org.postern.tls.cfg}, read. What the files contain is another matter, see {@link Pair}.
 *
 * @param pairs the default one first
 * @param selfSigned whether the default one is ours to make
 * @param minimumVersion the oldest version that is spoken
 * @param handshakeTimeout how long a handshake may take
 * @param clientCertificates whether clients are asked for one
 * @param clientAuthorities who may vouch for clients
 * @param clientName which name in a client's certificate is its account
 * @param engine who computes
 */
record TlsConfiguration(
        List<PairFiles> pairs,
        boolean selfSigned,
        String minimumVersion,
        Duration handshakeTimeout,
        ClientCertificates clientCertificates,
        Optional<Path> clientAuthorities,
        ClientNameKind clientName,
        EngineChoice engine) {

    private static final String WANTS_PEM = "wants the absolute path of a PEM file";

    static final String TLS_1_2 = "TLSv1.2";
    static final String TLS_1_3 = "TLSv1.3";

    /** Three round trips over a bad line, and a telephone that wakes up meanwhile. */
    static final int DEFAULT_HANDSHAKE_SECONDS = 30;

    /** Within RFC 1939's patience with clients, and no more than a login may take. */
    static final int MOST_HANDSHAKE_SECONDS = 300;

    /** More host names than this belong into fewer certificates; each costs files and a look. */
    static final int MAX_NAMES = 100;

    static final String NAMES = "names";
    static final String CERTIFICATE = "certificate";
    static final String PRIVATE_KEY = "privateKey";
    static final String CLIENT_AUTHORITIES = "clientAuthorities";

    private static final String ALONE =
            "wants a path, as the other one of certificate and privateKey has one; both empty for a"
                    + " self-signed pair that is made in the data directory";

    /**
     * @param made where the self-signed pair is
     */
    static TlsConfiguration read(Settings settings, Path made) {
        List<PairFiles> pairs = new ArrayList<>();
        Optional<Path> certificate = settings.file(CERTIFICATE, WANTS_PEM);
        Optional<Path> privateKey = settings.file(PRIVATE_KEY, WANTS_PEM);
        if (certificate.isPresent() != privateKey.isPresent()) {
            settings.refuse(certificate.isPresent() ? PRIVATE_KEY : CERTIFICATE, ALONE);
        }
        pairs.add(new PairFiles("", certificate.orElse(made), privateKey.orElse(made)));
        pairs.addAll(named(settings));
        ClientCertificates clients = settings.choice("clientCertificates", ClientCertificates.NONE);
        Optional<Path> authorities = settings.file(CLIENT_AUTHORITIES, WANTS_PEM);
        if (clients != ClientCertificates.NONE && authorities.isEmpty()) {
            settings.refuse(
                    CLIENT_AUTHORITIES,
                    "wants a PEM file of those who may vouch for clients: clientCertificates is"
                            + " not none");
        }
        return new TlsConfiguration(
                List.copyOf(pairs),
                certificate.isEmpty(),
                version(settings),
                settings.seconds(
                        "handshakeTimeout", DEFAULT_HANDSHAKE_SECONDS, 1, MOST_HANDSHAKE_SECONDS),
                clients,
                authorities,
                settings.parsed(
                        "clientName",
                        ClientNameKind.EMAIL,
                        "wants one of " + String.join(", ", ClientNameKind.NAMES.keySet()),
                        ClientNameKind::parse),
                settings.choice("engine", EngineChoice.AUTO));
    }

    private static List<PairFiles> named(Settings settings) {
        List<String> names = settings.list(NAMES, List.of());
        if (names.size() > MAX_NAMES) {
            settings.refuse(NAMES, "wants at most " + MAX_NAMES + " host names");
            return List.of();
        }
        List<PairFiles> pairs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            String folded;
            try {
                folded = HostNames.parse(name);
            } catch (IllegalArgumentException bad) {
                settings.refuse(
                        NAMES, "wants host names in ASCII with commas; the first label may be *");
                return List.of();
            }
            if (!seen.add(folded)) {
                settings.refuse(NAMES, "wants each host name once");
                return List.of();
            }
            Optional<Path> certificate = settings.file(CERTIFICATE + "." + name, WANTS_PEM);
            Optional<Path> privateKey = settings.file(PRIVATE_KEY + "." + name, WANTS_PEM);
            if (certificate.isEmpty()) {
                settings.refuse(CERTIFICATE + "." + name, "wants a PEM file: names has this name");
            } else if (privateKey.isEmpty()) {
                settings.refuse(PRIVATE_KEY + "." + name, "wants a PEM file: names has this name");
            } else {
                pairs.add(new PairFiles(folded, certificate.get(), privateKey.get()));
            }
        }
        return pairs;
    }

    private static String version(Settings settings) {
        Map<String, String> versions = Map.of(TLS_1_2, TLS_1_2, TLS_1_3, TLS_1_3);
        return settings.parsed(
                "minimumVersion",
                TLS_1_2,
                "wants TLSv1.2 or TLSv1.3; older ones are broken (RFC 8996)",
                text ->
                        Optional.ofNullable(versions.get(text))
                                .orElseThrow(IllegalArgumentException::new));
    }
}
