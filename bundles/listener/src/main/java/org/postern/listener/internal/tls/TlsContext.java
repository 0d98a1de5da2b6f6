package org.postern.listener.internal.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * One state of the configuration and of its files, from which handshakes are made; a connection
 * keeps the one that it began with. A new state knows nothing of the old one's sessions: nobody
 * resumes past what was changed.
 */
public final class TlsContext {
    /**
     * Forward secrecy and authenticated encryption alone (RFC 9325 section 4.2): every client of
     * the last ten years has one of these.
     */
    static final List<String> CIPHERS =
            List.of(
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

    /** Sessions that may be resumed by their id: a few KiB each, and strangers fill this. */
    static final int SESSIONS = 1024;

    /** A mail program that looks every quarter of an hour resumes; nobody else needs to. */
    static final Duration RESUMABLE = Duration.ofHours(1);

    private final SslContext engines;
    private final SslProvider provider;
    private final Handshakes handshakes;
    private final Duration handshakeTimeout;
    private final ClientNameKind clientName;

    private TlsContext(
            SslContext engines,
            SslProvider provider,
            TlsConfiguration configuration,
            Handshakes handshakes) {
        this.engines = engines;
        this.provider = provider;
        this.handshakes = handshakes;
        handshakeTimeout = configuration.handshakeTimeout();
        clientName = configuration.clientName();
    }

    /**
     * @param identities by their folded names; the default one's is empty
     * @param authorities who may vouch for clients
     * @param handshakes run what is heavy in handshakes
     * @throws TlsProblem if there is no such engine
     */
    static TlsContext of(
            TlsConfiguration configuration,
            Map<String, Identity> identities,
            List<X509Certificate> authorities,
            Handshakes handshakes)
            throws TlsProblem {
        SslProvider provider = provider(configuration.engine());
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(new SniKeyManager(identities))
                            .sslProvider(provider)
                            .protocols(protocols(configuration))
                            .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                            .sessionCacheSize(SESSIONS)
                            .sessionTimeout(RESUMABLE.toSeconds());
            if (configuration.clientCertificates() != ClientCertificates.NONE) {
                builder.trustManager(authorities.toArray(X509Certificate[]::new))
                        .clientAuth(
                                configuration.clientCertificates() == ClientCertificates.WANTED
                                        ? ClientAuth.OPTIONAL
                                        : ClientAuth.REQUIRE);
            }
            return new TlsContext(builder.build(), provider, configuration, handshakes);
        } catch (SSLException | IllegalArgumentException unfit) {
            throw new TlsProblem(
                    "engine",
                    configuration.engine().name(),
                    "cannot be made ready: " + unfit.getClass().getName());
        }
    }

    private static SslProvider provider(EngineChoice choice) throws TlsProblem {
        if (choice == EngineChoice.JDK) {
            return SslProvider.JDK;
        }
        Optional<Throwable> missing = missing();
        if (choice == EngineChoice.BORINGSSL && missing.isPresent()) {
            throw new TlsProblem("engine", "boringssl", remedy(missing.get()));
        }
        return missing.isPresent() ? SslProvider.JDK : SslProvider.OPENSSL;
    }

    // Without its bundle the class that asks for it cannot be linked everywhere.
    private static Optional<Throwable> missing() {
        try {
            return OpenSsl.isAvailable()
                    ? Optional.empty()
                    : Optional.of(OpenSsl.unavailabilityCause());
        } catch (LinkageError unlinked) {
            return Optional.of(unlinked);
        }
    }

    // A library that does not load (for another processor or C library, on a file system from which
    // nothing is run) is not mended by installing it.
    private static String remedy(Throwable missing) {
        return missing instanceof UnsatisfiedLinkError
                ? "does not run on this machine: write auto or jdk"
                : "is not installed: feature:install postern-boringssl, or write auto or jdk";
    }

    private static String[] protocols(TlsConfiguration configuration) {
        return configuration.minimumVersion().equals(TlsConfiguration.TLS_1_3)
                ? new String[] {TlsConfiguration.TLS_1_3}
                : new String[] {TlsConfiguration.TLS_1_3, TlsConfiguration.TLS_1_2};
    }

    /** Who computes, as the configuration calls it. */
    String engine() {
        return provider == SslProvider.JDK ? "jdk" : "boringssl";
    }

    /** How long a handshake may take. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    ClientNameKind clientName() {
        return clientName;
    }

    SslHandler handler(ByteBufAllocator allocator, InetAddress client) {
        SslHandler handler = engines.newHandler(allocator, handshakes.of(client));
        // The connection has its own clock, and closes for itself.
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }
}
