package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of a header, wherever it is cut, and everything that is none. */
final class ProxyHeaderReaderTest {
    private static final byte[] BEHIND = "CAPA\r\n".getBytes(StandardCharsets.US_ASCII);

    /** All that one connection says, in pieces; how much of it was taken. */
    private record Reading(Optional<ProxyHeader> header, int taken) {}

    private static Reading read(byte[] octets, int... cuts) {
        ProxyHeaderReader reader = new ProxyHeaderReader();
        int from = 0;
        int taken = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : octets.length;
            ByteBuffer piece = ByteBuffer.wrap(Arrays.copyOfRange(octets, from, to));
            Optional<ProxyHeader> header = reader.read(piece);
            taken += piece.position();
            if (header.isPresent()) {
                return new Reading(header, taken);
            }
            from = to;
        }
        return new Reading(Optional.empty(), taken);
    }

    private static ProxyHeader whole(byte[] octets) {
        return read(octets).header().orElseThrow();
    }

    private static ProxyHeader line(String text) {
        return whole(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ProxyHeader client(String source, int port, String local, int localPort)
            throws Exception {
        return new ProxyHeader.Client(
                new InetSocketAddress(InetAddress.getByName(source), port),
                new InetSocketAddress(InetAddress.getByName(local), localPort));
    }

    private static void assertInvalid(byte[] octets) {
        assertInstanceOf(ProxyHeader.Invalid.class, whole(octets));
    }

    @ParameterizedTest
    @CsvSource({
        "TCP4, 198.51.100.7, 203.0.113.1, 56324, 110",
        "TCP4, 0.0.0.0, 255.255.255.255, 0, 65535",
        "TCP6, 2001:db8::7, 2001:DB8:0:0:0:0:0:1, 56324, 995",
        "TCP6, ::, ::1, 1, 2",
        "TCP6, ::ffff:198.51.100.7, ::ffff:cb00:7101, 56324, 110",
    })
    void version1(String family, String source, String local, int port, int localPort)
            throws Exception {
        assertEquals(
                client(source, port, local, localPort),
                line(
                        String.format(
                                "PROXY %s %s %s %d %d\r\n",
                                family, source, local, port, localPort)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY UNKNOWN\r\n",
                "PROXY UNKNOWN \r\n",
                "PROXY UNKNOWN ffff::ffff ffff::ffff 65535 65535\r\n",
                "PROXY UNKNOWN whatever it is\r\n",
            })
    void version1WithoutAClient(String text) {
        assertEquals(new ProxyHeader.Unnamed(), line(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CAPA\r\n",
                "QUIT\r\n",
                "\u0016\u0003\u0001",
                "\n",
                "proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY\tTCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXYTCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.4  1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r \n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\r\n",
                "PROXY \r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.4.5 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.04 1.2.3.4 1 2\r\n",
                "PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2..4 1.2.3.4 1 2\r\n",
                "PROXY TCP4 -1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP4 0x1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP4 localhost 1.2.3.4 1 2\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 99999999999 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 two\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 \u00b2\r\n",
                "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP6 ::1%lo ::1 1 2\r\n",
                "PROXY TCP6 [::1] ::1 1 2\r\n",
                "PROXY TCP6 ::1::2 ::1 1 2\r\n",
                "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2\r\n",
                "PROXY TCP6 12345:: ::1 1 2\r\n",
                "PROXY TCP6 g:: ::1 1 2\r\n",
                "PROXY TCP6 : ::1 1 2\r\n",
                "PROXY TCP6  ::1 1 2\r\n",
                "PROXY TCP6 abcd ::1 1 2\r\n",
                "PROXY TCP6 . ::1 1 2\r\n",
                "PROXY TCP6 ::1.2.3 ::1 1 2\r\n",
            })
    void noVersion1(String text) {
        assertInvalid(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void theLongestLine() {
        String full = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        String longest = "PROXY UNKNOWN " + full + " " + full + " 65535 65535\r\n";
        assertEquals(ProxyHeaderReader.MAX_V1, longest.length());
        assertEquals(new ProxyHeader.Unnamed(), line(longest));
        byte[] longer = longest.replace("\r\n", "5\r\n").getBytes(StandardCharsets.US_ASCII);
        assertInvalid(longer);
        assertEquals(ProxyHeaderReader.MAX_V1, read(longer).taken(), "read on behind the bound");
    }

    @Test
    void version2() throws Exception {
        assertEquals(
                client("198.51.100.7", 56324, "203.0.113.1", 110),
                whole(ProxyBlock.tcp("198.51.100.7", 56324, "203.0.113.1", 110, 0)));
        assertEquals(
                client("2001:db8::7", 65535, "2001:db8::1", 0),
                whole(ProxyBlock.tcp("2001:db8::7", 65535, "2001:db8::1", 0, 0)));
        assertEquals(
                client("198.51.100.7", 56324, "203.0.113.1", 110),
                whole(ProxyBlock.tcp("198.51.100.7", 56324, "203.0.113.1", 110, 99)),
                "with TLVs");
    }

    @Test
    void aMappedAddressIsTheIpv4Address() throws Exception {
        byte[] octets = ProxyBlock.tcp("2001:db8::7", 1, "2001:db8::1", 2, 0);
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        mapped[12] = (byte) 198;
        mapped[15] = 7;
        System.arraycopy(mapped, 0, octets, 16, 16);
        ProxyHeader.Client client = (ProxyHeader.Client) whole(octets);
        assertInstanceOf(Inet4Address.class, client.source().getAddress());
        assertEquals("198.0.0.7", client.source().getAddress().getHostAddress());
    }

    @Test
    void version2WithoutAClient() {
        for (int family = 0; family < 256; family++) {
            assertEquals(new ProxyHeader.Unnamed(), whole(ProxyBlock.of(0x20, family, 0)));
            assertEquals(new ProxyHeader.Unnamed(), whole(ProxyBlock.of(0x20, family, 300)));
        }
        assertEquals(new ProxyHeader.Unnamed(), whole(ProxyBlock.of(0x21, 0x00, 0)));
        assertEquals(new ProxyHeader.Unnamed(), whole(ProxyBlock.of(0x21, 0x00, 36)));
    }

    @Test
    void everyOtherCommandAndFamilyIsRefused() {
        for (int command = 0; command < 256; command++) {
            if (command != 0x20 && command != 0x21) {
                assertInvalid(ProxyBlock.of(command, 0x11, 36));
                assertInvalid(ProxyBlock.of(command, 0x00, 0));
            }
        }
        for (int family = 1; family < 256; family++) {
            if (family != 0x11 && family != 0x21) {
                assertInvalid(ProxyBlock.of(0x21, family, 216));
            }
        }
    }

    @Test
    void hostileLengths() {
        for (int length = 0; length <= 65_535; length++) {
            ProxyHeader v4 = answer(ProxyBlock.head(0x21, 0x11, length));
            ProxyHeader v6 = answer(ProxyBlock.head(0x21, 0x21, length));
            ProxyHeader local = answer(ProxyBlock.head(0x20, 0x00, length));
            boolean fits = 16 + length <= ProxyHeaderReader.MAX_V2;
            assertEquals(!fits || length < 12, v4 instanceof ProxyHeader.Invalid, "" + length);
            assertEquals(!fits || length < 36, v6 instanceof ProxyHeader.Invalid, "" + length);
            assertEquals(!fits, local instanceof ProxyHeader.Invalid, "" + length);
        }
    }

    // What the first 16 octets alone say; with more to come, as if that had come.
    private static ProxyHeader answer(byte[] head) {
        return read(head).header().orElse(new ProxyHeader.Unnamed());
    }

    @Test
    void theLongestBlock() {
        int room = ProxyHeaderReader.MAX_V2 - 16;
        assertEquals(new ProxyHeader.Unnamed(), whole(ProxyBlock.of(0x20, 0, room)));
        byte[] longer = ProxyBlock.of(0x20, 0, room + 1);
        assertInvalid(longer);
        assertEquals(16, read(longer).taken(), "waited for what is too long");
    }

    @Test
    void everyCutAndNotAnOctetBehindIt() throws Exception {
        for (byte[] header :
                List.of(
                        "PROXY TCP4 198.51.100.7 203.0.113.1 56324 110\r\n"
                                .getBytes(StandardCharsets.US_ASCII),
                        "PROXY TCP6 2001:db8::7 ::1 56324 110\r\n"
                                .getBytes(StandardCharsets.US_ASCII),
                        "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII),
                        ProxyBlock.tcp("198.51.100.7", 56324, "203.0.113.1", 110, 7),
                        ProxyBlock.tcp("2001:db8::7", 56324, "::1", 110, 0),
                        ProxyBlock.of(0x20, 0, 0))) {
            byte[] all = Arrays.copyOf(header, header.length + BEHIND.length);
            System.arraycopy(BEHIND, 0, all, header.length, BEHIND.length);
            Reading whole = read(all);
            assertEquals(header.length, whole.taken());
            for (int first = 0; first <= all.length; first++) {
                for (int second = first; second <= all.length; second++) {
                    assertEquals(whole, read(all, first, second));
                }
            }
            for (int length = 0; length < header.length; length++) {
                assertTrue(read(Arrays.copyOf(header, length)).header().isEmpty());
            }
        }
    }

    @Test
    void everyFlippedOctetOfTheBeginningIsRefusedAtOnce() throws Exception {
        for (byte[] header : List.of(ProxyHeaderReader.LINE, ProxyHeaderReader.SIGNATURE)) {
            for (int i = 0; i < header.length; i++) {
                for (int octet = 0; octet < 256; octet++) {
                    byte[] changed = header.clone();
                    changed[i] = (byte) octet;
                    Reading reading = read(changed);
                    boolean same = octet == (header[i] & 0xFF);
                    boolean other = i == 0 && (octet == 'P' || octet == '\r');
                    assertEquals(same, reading.header().isEmpty());
                    assertEquals(same ? header.length : other ? 2 : i + 1, reading.taken());
                }
            }
        }
    }

    @Test
    void randomOctetsBehindTheBeginning() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] begin = round % 2 == 0 ? ProxyHeaderReader.LINE : ProxyHeaderReader.SIGNATURE;
            byte[] octets = new byte[begin.length + random.nextInt(2_000)];
            random.nextBytes(octets);
            System.arraycopy(begin, 0, octets, 0, begin.length);
            Reading reading = read(octets);
            assertTrue(reading.taken() <= ProxyHeaderReader.MAX_V2);
            assertEquals(reading, read(octets, Math.min(octets.length, 1 + random.nextInt(20))));
        }
    }
}
