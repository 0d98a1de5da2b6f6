package org.postern.listener.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** PROXY headers of version 2 as proxies, and others, write them. */
final class ProxyBlock {
    private static final int FIXED = 16;

    private ProxyBlock() {}

    /** The fixed part alone. */
    static byte[] head(int command, int family, int length) {
        return ByteBuffer.allocate(FIXED)
                .put(ProxyHeaderReader.SIGNATURE)
                .put((byte) command)
                .put((byte) family)
                .putShort((short) length)
                .array();
    }

    /** With a block of zeros. */
    static byte[] of(int command, int family, int length) {
        return Arrays.copyOf(head(command, family, length), FIXED + length);
    }

    /** Of a client over TCP, with so many octets of TLVs. */
    static byte[] tcp(String source, int port, String local, int localPort, int tlvs)
            throws Exception {
        byte[] from = InetAddress.getByName(source).getAddress();
        byte[] to = InetAddress.getByName(local).getAddress();
        int length = from.length + to.length + 4 + tlvs;
        byte[] header = of(0x21, from.length == 4 ? 0x11 : 0x21, length);
        ByteBuffer.wrap(header)
                .position(FIXED)
                .put(from)
                .put(to)
                .putShort((short) port)
                .putShort((short) localPort);
        return header;
    }
}
