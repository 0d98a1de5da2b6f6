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

    /** What sessions of the Java that runs give away. */
    static final KeyingMaterial OF_JAVA = new KeyingMaterial(ExtendedSSLSession.class);

    /** RFC 9266 section 2, with an empty context. */
    static final String LABEL = "EXPORTER-Channel-Binding";

    static final int OCTETS = 32;

    private final Class<? extends SSLSession> type;
    private final Optional<MethodHandle> export;

    /**
     * @param type public; has JDK 25's {@code exportKeyingMaterialData}, or gives nothing away
     */
    KeyingMaterial(Class<? extends SSLSession> type) {
        this.type = type;
        export = export(type);
    }

    private static Optional<MethodHandle> export(Class<? extends SSLSession> type) {
        MethodType method =
                MethodType.methodType(byte[].class, String.class, byte[].class, int.class);
        try {
            return Optional.of(
                    MethodHandles.publicLookup()
                            .findVirtual(type, "exportKeyingMaterialData", method)
                            .asType(method.insertParameterTypes(0, SSLSession.class)));
        } catch (NoSuchMethodException | IllegalAccessException older) {
            return Optional.empty();
        }
    }

    /** The binding's octets, if there is one. */
    Optional<byte[]> exporterBinding(SSLSession session) {
        if (export.isEmpty()
                || !type.isInstance(session)
                || !session.getProtocol().equals(TlsConfiguration.TLS_1_3)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    (byte[]) export.get().invokeExact(session, LABEL, new byte[0], OCTETS));
        } catch (Error broken) {
            throw broken;
        } catch (Throwable cannot) {
            // This engine does not, as BoringSSL's; or the handshake left it nothing to derive
            // from.
            return Optional.empty();
        }
    }
}
