package org.postern.listener.internal.tls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;

/**
 * The channel binding {@code tls-exporter} (RFC 9266), where the engine gives keying material away:
 * the JDK's does since 25. Of TLS 1.3 only: in TLS 1.2 it is safe with the extended master secret
 * alone (RFC 9266 section 3), and the JDK does not say whether there is one.
 */
final class KeyingMaterial {
    static final String EXPORTER = "tls-exporter";

    private static final String LABEL = "EXPORTER-Channel-Binding";
    private static final int OCTETS = 32;
    private static final Optional<MethodHandle> EXPORT = export();

    private KeyingMaterial() {}

    private static Optional<MethodHandle> export() {
        try {
            return Optional.of(
                    MethodHandles.publicLookup()
                            .findVirtual(
                                    ExtendedSSLSession.class,
                                    "exportKeyingMaterialData",
                                    MethodType.methodType(
                                            byte[].class, String.class, byte[].class, int.class)));
        } catch (NoSuchMethodException | IllegalAccessException older) {
            return Optional.empty();
        }
    }

    static Optional<byte[]> exporterBinding(SSLSession session) {
        if (EXPORT.isEmpty()
                || !(session instanceof ExtendedSSLSession extended)
                || !session.getProtocol().equals(TlsConfiguration.TLS_1_3)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    (byte[]) EXPORT.get().invokeExact(extended, LABEL, new byte[0], OCTETS));
        } catch (Error broken) {
            throw broken;
        } catch (Throwable cannot) {
            // This engine does not, as BoringSSL's; or the handshake left it nothing to derive
            // from.
            return Optional.empty();
        }
    }
}
