package org.postern.api.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.129, true",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "192.0.2.7/32, 192.0.2.7, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 203.0.113.9, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "2001:DB8::/32, 2001:db8:ffff::, true",
        "::1, ::1, true",
        "64:ff9b::192.0.2.0/120, 64:ff9b::c000:2ff, true",
    })
    void containsWhatHasItsPrefix(String network, String address, boolean contained)
            throws Exception {
        assertEquals(contained, Network.parse(network).contains(InetAddress.getByName(address)));
    }

    @Test
    void aMappedIpv4AddressIsThatIpv4Address() throws Exception {
        byte[] octets = InetAddress.getByName("::").getAddress();
        octets[10] = (byte) 0xFF;
        octets[11] = (byte) 0xFF;
        octets[12] = (byte) 192;
        octets[14] = 2;
        InetAddress mapped = Inet6Address.getByAddress(null, octets, -1);
        assertEquals(16, mapped.getAddress().length, "the JDK has left it as it is");
        assertTrue(Network.parse("192.0.2.0/24").contains(mapped));
        assertFalse(Network.parse("::/0").contains(mapped));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "localhost",
                "mail.example",
                "10",
                "10.1",
                "10.0.0.0.0/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "10.0.0.1/8",
                "10.0.0.256",
                "1e1.0.0.0",
                "0x0a.0.0.0/8",
                "10.0.0.0 /8",
                "2001:db8::/129",
                "2001:db8::1/64",
                "2001:db8:::/32",
                "[2001:db8::]/32",
                "fe80::1%eth0",
                "::ffff:192.0.2.0/120",
                "12345::",
                "1:2:3:4:5:6:7:8:9",
                "\u0661\u0660.0.0.0/8",
                "\u0661::",
            })
    void refusesWhatIsNoLiteralNetwork(String text) {
        assertThrows(IllegalArgumentException.class, () -> Network.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24,192.0.2.0/24",
        "192.0.2.7,192.0.2.7/32",
        "2001:db8::/32,2001:db8:0:0:0:0:0:0/32",
        "::1,0:0:0:0:0:0:0:1/128"
    })
    void isTheSameByItsText(String text, String written) {
        Network network = Network.parse(text);
        assertEquals(written, network.toString());
        assertEquals(network, Network.parse(written));
        assertEquals(network.hashCode(), Network.parse(written).hashCode());
    }

    @Test
    void isAnotherByPrefixOrLength() {
        Network network = Network.parse("10.0.0.0/8");
        assertNotEquals(network, Network.parse("10.0.0.0/9"));
        assertNotEquals(network, Network.parse("11.0.0.0/8"));
        assertNotEquals(Network.parse("0.0.0.0/32"), Network.parse("::/32"));
    }
}
