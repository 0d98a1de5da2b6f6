package org.postern.api.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class SourceTest {

    @Test
    void anIpv4AddressIsASource() throws Exception {
        assertEquals(source("198.51.100.7"), source("198.51.100.7"));
        assertNotEquals(source("198.51.100.7"), source("198.51.100.8"));
        assertNotEquals(source("0.0.0.0"), source("::"));
    }

    @Test
    void anIpv6NetworkOf64BitsIsASource() throws Exception {
        assertEquals(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assertNotEquals(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
    }

    @Test
    void networksOfAnotherSizeAreSourcesWhereTheyAreWanted() throws Exception {
        assertEquals(source("198.51.100.7", 24, 64), source("198.51.100.255", 24, 64));
        assertNotEquals(source("198.51.100.7", 24, 64), source("198.51.101.7", 24, 64));
        assertEquals(source("198.51.100.7", 1, 64), source("255.0.0.0", 1, 64));
        assertEquals(source("2001:db8:1:2::1", 32, 48), source("2001:db8:1:ffff::1", 32, 48));
        assertNotEquals(source("2001:db8:1:2::1", 32, 48), source("2001:db8:2:2::1", 32, 48));
        assertEquals(source("::1", 32, 1), source("7fff::1", 32, 1));
        assertEquals(new Source(6, 0x20010db800010000L), source("2001:db8:1:2::1", 32, 48));
    }

    @Test
    void aSourceHasItsFirstAddress() throws Exception {
        assertEquals("198.51.100.7", source("198.51.100.7").address().getHostAddress());
        assertEquals("255.255.255.255", source("255.255.255.255").address().getHostAddress());
        assertEquals(InetAddress.getByName("2001:db8:1:2::"), source("2001:db8:1:2::9").address());
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

    private static Source source(String literal) throws UnknownHostException {
        return Source.of(InetAddress.getByName(literal));
    }

    private static Source source(String literal, int bits4, int bits6) throws UnknownHostException {
        return source(literal).within(bits4, bits6);
    }
}
