package org.postern.posix.internal;

import org.postern.api.posix.MessageSocket;

/**
 * A struct msghdr with its one struct iovec and its control buffer in a row, for one recvmsg(2).
 * All three are laid out the same on all 64-bit architectures (musl apart, which is no platform
 * here).
 */
final class MessageHeader {
    static final int SIZE = 56 + 16 + 16 + 4 * MessageSocket.MAX_DESCRIPTORS;

    // struct msghdr: name, name's length, iovec, count, control, its length, flags
    private static final int VECTOR_ADDRESS = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL_ADDRESS = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int VECTOR = 56;
    private static final int CONTROL = 72;

    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_TRUNC = 0x20;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    // struct cmsghdr: length with this header, level, type; each begins at a multiple of 8.
    private static final int CMSG_HEADER = 16;

    private MessageHeader() {}

    /** Prepares a zeroed block for octets to go to this address. */
    static void prepare(NativeMemory header, long address, int count) {
        header.putLong(VECTOR, address);
        header.putLong(VECTOR + 8, count);
        header.putLong(VECTOR_ADDRESS, header.address() + VECTOR);
        header.putLong(VECTOR_COUNT, 1);
        header.putLong(CONTROL_ADDRESS, header.address() + CONTROL);
        header.putLong(CONTROL_LENGTH, SIZE - CONTROL);
    }

    /** Whether octets or descriptors were cut off. */
    static boolean isTruncated(NativeMemory header) {
        return (header.intAt(FLAGS) & (MSG_TRUNC | MSG_CTRUNC)) != 0;
    }

    /**
     * The descriptors that came, which are this process's from now on.
     *
     * @param target where they are put
     * @return how many there are
     */
    static int descriptors(NativeMemory header, int[] target) {
        int count = 0;
        int end = CONTROL + (int) Math.min(header.longAt(CONTROL_LENGTH), SIZE - CONTROL);
        int at = CONTROL;
        while (end - at >= CMSG_HEADER) {
            long length = header.longAt(at);
            if (length < CMSG_HEADER || length > end - at) {
                break;
            }
            if (header.intAt(at + 8) == SOL_SOCKET && header.intAt(at + 12) == SCM_RIGHTS) {
                for (int i = CMSG_HEADER; i + 4 <= length; i += 4) {
                    target[count++] = header.intAt(at + i);
                }
            }
            at += ((int) length + 7) & ~7;
        }
        return count;
    }
}
