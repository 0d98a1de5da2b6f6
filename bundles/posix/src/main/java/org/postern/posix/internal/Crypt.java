package org.postern.posix.internal;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * crypt_r(3). The phrase and all that the library computed from it lie in native memory that is
 * wiped before it is given back.
 */
final class Crypt {
    // struct crypt_data: 32 KiB in libxcrypt, 131,232 octets in glibc before it left.
    private static final int DATA = 132 * 1024;
    // Longer than any scheme's hash; CRYPT_OUTPUT_SIZE is 384.
    private static final int LONGEST = 1024;

    private final LibCrypt library;

    Crypt(LibCrypt library) {
        this.library = library;
    }

    Optional<byte[]> crypt(ByteBuffer phrase, byte[] setting) {
        // C would stop at the NUL and find "secret\0whatever" to be "secret".
        if (hasNul(phrase) || hasNul(setting)) {
            return Optional.empty();
        }
        try (NativeMemory nativePhrase = NativeMemory.ofString(phrase);
                NativeMemory nativeSetting = NativeMemory.ofString(setting);
                NativeMemory data = NativeMemory.ofSize(DATA)) {
            long hash =
                    library.cryptR(nativePhrase.address(), nativeSetting.address(), data.address());
            long offset = hash - data.address();
            if (hash == 0 || offset < 0 || offset > DATA - LONGEST) {
                return Optional.empty();
            }
            byte[] octets = data.stringAt((int) offset, LONGEST);
            boolean failed = octets.length == 0 || octets.length == LONGEST || octets[0] == '*';
            return failed ? Optional.empty() : Optional.of(octets);
        }
    }

    private static boolean hasNul(ByteBuffer octets) {
        for (int i = octets.position(); i < octets.limit(); i++) {
            if (octets.get(i) == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasNul(byte[] octets) {
        for (byte octet : octets) {
            if (octet == 0) {
                return true;
            }
        }
        return false;
    }
}
