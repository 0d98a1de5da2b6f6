package org.postern.listener.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.postern.listener.internal.tls.TestPair;

/** A mail program's end of TLS, which believes everybody. */
final class TlsClient {
    private final SSLContext context;

    private TlsClient(KeyManager[] keys) throws GeneralSecurityException {
        context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {new Credulous()}, new SecureRandom());
    }

    static TlsClient anonymous() throws GeneralSecurityException {
        return new TlsClient(new KeyManager[0]);
    }

    static TlsClient showing(TestPair.Made pair) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, new char[0]);
        store.setKeyEntry(
                "own", pair.key(), new char[0], new X509Certificate[] {pair.certificate()});
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return new TlsClient(factory.getKeyManagers());
    }

    /** Shows its certificate, whoever the server says that it believes. */
    static TlsClient insistent(TestPair.Made pair) throws Exception {
        return new TlsClient(new KeyManager[] {new Insistent(pair)});
    }

    SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine("localhost", 995);
        engine.setUseClientMode(true);
        return engine;
    }

    /** Handshakes over a socket that is connected already. */
    SSLSocket over(Socket socket, String... versions) throws IOException {
        return asking(socket, "", versions);
    }

    /** Asks for a name. */
    SSLSocket asking(Socket socket, String name, String... versions) throws IOException {
        SSLSocket secured =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, "localhost", socket.getPort(), true);
        secured.setSoTimeout((int) Bench.PATIENCE.toMillis());
        SSLParameters parameters = secured.getSSLParameters();
        if (versions.length > 0) {
            parameters.setProtocols(versions);
        }
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    SSLSocket connect(int port, String... versions) throws IOException {
        return over(new Socket(InetAddress.getLoopbackAddress(), port), versions);
    }

    private static final class Insistent extends X509ExtendedKeyManager {
        private final TestPair.Made pair;

        Insistent(TestPair.Made pair) {
            this.pair = pair;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {pair.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return pair.key();
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
