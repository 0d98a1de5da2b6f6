package org.postern.listener.internal.tls;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses a certificate by the name that the client asks for (RFC 6066 section 3). The table has
 * the configured names and no others: what clients ask for leaves no trace (CVE-2017-15130). A name
 * that is not in it gets the default certificate, which says who we are as well as a refusal would.
 */
final class SniKeyManager extends X509ExtendedKeyManager {
    private static final int MAX_NAME = 255;

    private final Map<String, Identity> identities;

    /**
     * @param identities by their folded names; the default one's is empty
     */
    SniKeyManager(Map<String, Identity> identities) {
        this.identities = Map.copyOf(identities);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        String name = name(engine);
        String alias = "";
        if (identities.containsKey(name)) {
            alias = name;
        } else if (identities.containsKey(HostNames.wildcard(name))) {
            alias = HostNames.wildcard(name);
        }
        return identities.get(alias).key().getAlgorithm().equals(keyType) ? alias(alias) : null;
    }

    private static String name(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName asked : session.getRequestedServerNames()) {
                byte[] octets = asked.getEncoded();
                if (asked.getType() == StandardConstants.SNI_HOST_NAME
                        && octets.length <= MAX_NAME) {
                    return HostNames.fold(new String(octets, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return "";
    }

    // An alias may not be empty for every engine.
    private static String alias(String name) {
        return "=" + name;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identity(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identity(alias).key();
    }

    private Identity identity(String alias) {
        return identities.get(alias.substring(1));
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return identities.keySet().stream().map(SniKeyManager::alias).toArray(String[]::new);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException("engines only");
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException("a server's keys");
    }
}
