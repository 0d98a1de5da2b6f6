package org.postern.listener.internal.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.api.check.Finding;
import org.postern.api.posix.GuardedFile;
import org.postern.api.posix.GuardedFile.Openness;
import org.postern.api.posix.Posix;
import org.postern.api.text.Printable;

/** All files of one configuration, and the context that is made of them. On one thread. */
final class TlsFiles {
    private final TlsConfiguration configuration;
    private final Handshakes handshakes;
    private final Map<String, Watched<Identity>> pairs = new LinkedHashMap<>();
    private final Map<String, PairFiles> paths = new HashMap<>();
    private final Optional<Watched<List<X509Certificate>>> authorities;
    private Optional<TlsContext> context;
    private Optional<TlsProblem> problem = Optional.empty();
    private boolean current;

    /**
     * @param before whose good pairs stay in force until those of this configuration are good
     */
    TlsFiles(
            Posix posix,
            TlsConfiguration configuration,
            Handshakes handshakes,
            Optional<TlsFiles> before) {
        this.configuration = configuration;
        this.handshakes = handshakes;
        context = before.flatMap(TlsFiles::context);
        for (PairFiles files : configuration.pairs()) {
            paths.put(files.name(), files);
            pairs.put(
                    files.name(),
                    new Watched<>(
                            List.of(Pair.certificateFile(posix, files), Pair.keyFile(posix, files)),
                            () -> Pair.read(posix, files),
                            before.flatMap(old -> old.identity(files.name()))));
        }
        authorities =
                configuration
                        .clientAuthorities()
                        .map(
                                path ->
                                        new GuardedFile(
                                                posix, path, Openness.PUBLIC, Pair.MOST_OCTETS))
                        .map(
                                file ->
                                        new Watched<>(
                                                List.of(file),
                                                () ->
                                                        Pair.certificates(
                                                                file,
                                                                TlsConfiguration
                                                                        .CLIENT_AUTHORITIES),
                                                before.flatMap(TlsFiles::authorities)));
    }

    /** What is shown for a name of the configuration. */
    Optional<Identity> identity(String name) {
        return Optional.ofNullable(pairs.get(name)).flatMap(Watched::good);
    }

    private Optional<List<X509Certificate>> authorities() {
        return authorities.flatMap(Watched::good);
    }

    /** What was good last. */
    Optional<TlsContext> context() {
        return context;
    }

    /** Looks at the files, and makes a new context if need be. Whether it did. */
    boolean look() {
        boolean changed = !current;
        for (Watched<Identity> pair : pairs.values()) {
            changed |= pair.look();
        }
        changed |= authorities.isPresent() && authorities.get().look();
        return changed && make();
    }

    // Who has to ask clients for certificates and does not know whose to believe asks nobody in.
    private boolean make() {
        boolean asks = configuration.clientCertificates() != ClientCertificates.NONE;
        if (identity("").isEmpty() || (asks && authorities().isEmpty())) {
            return false;
        }
        Map<String, Identity> identities = new HashMap<>();
        pairs.forEach((name, pair) -> pair.good().ifPresent(good -> identities.put(name, good)));
        try {
            context =
                    Optional.of(
                            TlsContext.of(
                                    configuration,
                                    identities,
                                    authorities().orElse(List.of()),
                                    handshakes));
            problem = Optional.empty();
            current = true;
            return true;
        } catch (TlsProblem unfit) {
            problem = Optional.of(unfit);
            return false;
        }
    }

    /** What is wrong now, key by key. */
    List<TlsProblem> problems() {
        List<TlsProblem> problems = new ArrayList<>();
        pairs.values().forEach(pair -> pair.problem().ifPresent(problems::add));
        authorities.flatMap(Watched::problem).ifPresent(problems::add);
        problem.ifPresent(problems::add);
        return problems;
    }

    /** What should be mended soon, of the certificates that are in force. */
    List<Finding> warnings(Instant now) {
        List<Finding> warnings = new ArrayList<>();
        pairs.forEach(
                (name, pair) ->
                        pair.good()
                                .ifPresent(
                                        good ->
                                                good.warnings(name, now)
                                                        .forEach(
                                                                text ->
                                                                        warnings.add(
                                                                                finding(
                                                                                        name,
                                                                                        text)))));
        return warnings;
    }

    private Finding finding(String name, String text) {
        PairFiles files = paths.get(name);
        return new Finding(
                Printable.escape(
                        files.certificate()
                                .toString()
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                text,
                "put a new certificate and its key there, or name others in org.postern.tls.cfg: "
                        + files.certificateKey());
    }
}
