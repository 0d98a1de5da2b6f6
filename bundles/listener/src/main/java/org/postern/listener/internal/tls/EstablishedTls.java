package org.postern.listener.internal.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.net.TlsSession;

/** What a handshake has agreed upon, taken down at its end. */
final class EstablishedTls implements TlsSession {
    private final String version;
    private final String cipherSuite;
    private final Map<String, byte[]> bindings;
    private final Optional<X509Certificate> client;
    private final Optional<UserName> clientName;

    EstablishedTls(SSLSession session, ClientNameKind kind) {
        version = session.getProtocol();
        cipherSuite = session.getCipherSuite();
        Map<String, byte[]> found = new LinkedHashMap<>();
        KeyingMaterial.OF_JAVA
                .exporterBinding(session)
                .ifPresent(octets -> found.put(KeyingMaterial.EXPORTER, octets));
        ServerEndPoint.of(session).ifPresent(octets -> found.put(ServerEndPoint.TYPE, octets));
        bindings = Collections.unmodifiableMap(found);
        client = client(session);
        clientName = client.flatMap(kind::in);
    }

    private static Optional<X509Certificate> client(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate own
                    ? Optional.of(own)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    TlsLevel level() {
        return client.isPresent() ? TlsLevel.CLIENT_VERIFIED : TlsLevel.ENCRYPTED;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String cipherSuite() {
        return cipherSuite;
    }

    @Override
    public Set<String> channelBindings() {
        return bindings.keySet();
    }

    @Override
    public Optional<byte[]> channelBinding(String type) {
        return Optional.ofNullable(bindings.get(type)).map(byte[]::clone);
    }

    @Override
    public Optional<UserName> clientName() {
        return clientName;
    }
}
