package org.postern.limits.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.postern.testkit.limits.ClientSessions;

final class SourceTest {

    @Test
    void anIpv4AddressIsASource() {
        assertEquals(source("198.51.100.7"), source("198.51.100.7"));
        assertNotEquals(source("198.51.100.7"), source("198.51.100.8"));
        assertNotEquals(source("0.0.0.0"), source("::"));
    }

    @Test
    void anIpv6NetworkOf64BitsIsASource() {
        assertEquals(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assertNotEquals(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
    }

    @Test
    void aMappedIpv4AddressIsThatIpv4Address() throws Exception {
        byte[] octets = new byte[16];
        octets[10] = (byte) 0xFF;
        octets[11] = (byte) 0xFF;
        octets[12] = (byte) 198;
        octets[13] = 51;
        octets[14] = 100;
        octets[15] = 7;
        InetAddress mapped = Inet6Address.getByAddress(null, octets, -1);
        assertEquals(16, mapped.getAddress().length, "the JDK has left it as it is");
        assertEquals(source("198.51.100.7"), Source.of(mapped));
    }

    private static Source source(String literal) {
        return Source.of(ClientSessions.address(literal));
    }
}
