package org.postern.listener.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

/** The exporter of JDK 25's sessions, which the Java that runs this may not have. */
public class KeyingMaterialTest {
    private static final byte[] KEYS = new byte[KeyingMaterial.OCTETS];

    /** As JDK 25's sessions have it, by name and types. */
    public interface Exporting extends SSLSession {
        byte[] exportKeyingMaterialData(String label, byte[] context, int length)
                throws SSLException;
    }

    private interface Export {
        byte[] of(String label, byte[] context, int length) throws SSLException;
    }

    private static Exporting session(String version, Export export) {
        return (Exporting)
                Proxy.newProxyInstance(
                        KeyingMaterialTest.class.getClassLoader(),
                        new Class<?>[] {Exporting.class},
                        (session, method, arguments) ->
                                switch (method.getName()) {
                                    case "getProtocol" -> version;
                                    case "exportKeyingMaterialData" ->
                                            export.of(
                                                    (String) arguments[0],
                                                    (byte[]) arguments[1],
                                                    (int) arguments[2]);
                                    default -> throw new AssertionError(method);
                                });
    }

    private static byte[] never(String label, byte[] context, int length) {
        throw new AssertionError("asked for keying material");
    }

    /** RFC 9266 section 2. */
    @Test
    void asksForTheLabelWithAnEmptyContextAnd32Octets() {
        KeyingMaterial material = new KeyingMaterial(Exporting.class);
        SSLSession session =
                session(
                        "TLSv1.3",
                        (label, context, length) -> {
                            assertEquals("EXPORTER-Channel-Binding", label);
                            assertEquals(0, context.length);
                            assertEquals(32, length);
                            return KEYS;
                        });
        assertArrayEquals(KEYS, material.exporterBinding(session).orElseThrow());
    }

    /** There it would need the extended master secret (RFC 9266 section 3). */
    @Test
    void takesNothingOfTls12() {
        KeyingMaterial material = new KeyingMaterial(Exporting.class);
        SSLSession session = session("TLSv1.2", KeyingMaterialTest::never);
        assertEquals(Optional.empty(), material.exporterBinding(session));
    }

    @Test
    void thereIsNoneWhereTheEngineCannot() {
        KeyingMaterial material = new KeyingMaterial(Exporting.class);
        SSLSession unable =
                session(
                        "TLSv1.3",
                        (label, context, length) -> {
                            throw new SSLException("no exporter secret");
                        });
        assertEquals(Optional.empty(), material.exporterBinding(unable));
        SSLSession unwilling =
                session(
                        "TLSv1.3",
                        (label, context, length) -> {
                            throw new UnsupportedOperationException();
                        });
        assertEquals(Optional.empty(), material.exporterBinding(unwilling));
    }

    @Test
    void whatIsBrokenIsNotHidden() {
        KeyingMaterial material = new KeyingMaterial(Exporting.class);
        SSLSession broken =
                session(
                        "TLSv1.3",
                        (label, context, length) -> {
                            throw new OutOfMemoryError();
                        });
        assertThrows(OutOfMemoryError.class, () -> material.exporterBinding(broken));
    }

    @Test
    void olderJavaGivesNothingAway() {
        KeyingMaterial older = new KeyingMaterial(SSLSession.class);
        SSLSession session = session("TLSv1.3", KeyingMaterialTest::never);
        assertEquals(Optional.empty(), older.exporterBinding(session));
        // Nor does what is no session of that kind.
        assertEquals(Optional.empty(), KeyingMaterial.OF_JAVA.exporterBinding(session));
    }
}
