package org.postern.listener.internal.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.postern.api.config.LiveConfiguration;

/** Contexts without files. */
public final class TestContexts {
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, Identity> identities = new LinkedHashMap<>();
    private List<X509Certificate> authorities = List.of();

    public static TestContexts of(TestPair.Made pair) {
        return new TestContexts().named("", pair).with("engine", "jdk");
    }

    public TestContexts named(String name, TestPair.Made pair) {
        identities.put(name, new Identity(List.of(pair.certificate()), pair.key()));
        return this;
    }

    public TestContexts with(String key, String value) {
        properties.put(key, value);
        return this;
    }

    public TestContexts clients(String mode, TestPair.Made authority) {
        authorities = List.of(authority.certificate());
        return with("clientCertificates", mode).with("clientAuthorities", "/ca.pem");
    }

    /** Heavy work on a thread of its own, as it is in life. */
    public TlsContext make() throws Exception {
        return make(task -> new Thread(task, "test-tls").start());
    }

    public TlsContext make(Executor tasks) throws Exception {
        LiveConfiguration<TlsConfiguration> configuration =
                new LiveConfiguration<>(
                        "org.postern.tls",
                        settings -> TlsConfiguration.read(settings, Path.of("/made.pem")),
                        problem -> {
                            throw new IllegalArgumentException(problem.toString());
                        });
        configuration.update(properties);
        Optional<TlsConfiguration> read = configuration.current();
        return TlsContext.of(read.orElseThrow(), identities, authorities, client -> tasks);
    }
}
