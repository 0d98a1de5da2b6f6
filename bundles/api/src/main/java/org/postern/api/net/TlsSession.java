package org.postern.api.net;

import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.auth.UserName;

/** The encryption of one connection, after its handshake. Immutable; any thread. */
@ProviderType
public interface TlsSession {
    /** Such as {@code TLSv1.3}. */
    String version();

    /** The cipher suite's name, such as {@code TLS_AES_256_GCM_SHA384}. */
    String cipherSuite();

    /**
     * The types of channel binding (RFC 5056) that {@link #channelBinding} can give, most wanted
     * first: {@code tls-exporter} (RFC 9266) where the TLS engine gives keying material away, and
     * {@code tls-server-end-point} (RFC 5929 section 4).
     */
    Set<String> channelBindings();

    /**
     * The channel binding's octets, empty where there is none of this type.
     *
     * @param type as in {@link #channelBindings}; what a client says goes in here, so any text
     */
    Optional<byte[]> channelBinding(String type);

    /**
     * The account's name in the certificate that the client showed. Empty if it showed none, if
     * nobody we trust vouches for it, or if it has no name of the kind that is configured: then the
     * client is nobody, whatever else it says (CVE-2019-3814).
     */
    Optional<UserName> clientName();
}
